// The n-th write to the disk fails, once or from then on until the disk is mended.

#include <sqlite3.h>
#include <stdexcept>
#include <string>
#include <vector>

#include "torture/parts.h"
#include "torture/scene.h"
#include "torture/strace.h"

namespace sms_notifier::torture {
namespace {

/// A call is recorded and claimed in two commits, each with its own fdatasync.
constexpr int syncs_before_a_text = 2;
/// SQLite moves its log into the database file when it has so many pages.
constexpr int pages_before_a_checkpoint = 1000;

struct Fault {
  std::string thread;
  std::string system_call;
  std::string error;
  bool for_ever;
};

std::vector<Fault> all_faults() {
  std::vector<Fault> faults;
  for (const char* error : {"EIO", "ENOSPC"}) {
    for (const bool for_ever : {false, true}) {
      for (const char* system_call : {"pwrite64", "fdatasync", "fsync", "ftruncate"})
        faults.push_back({"db-writer", system_call, error, for_ever});
      faults.push_back({"main", "write", error, for_ever});
    }
  }
  return faults;
}

class IoErrors {
 public:
  explicit IoErrors(const Options& options) : options_(options), scene_(options.seed) {}

  std::string run() {
    scene_.installation.environment["SMS_NOTIFIER_MONITOR_POLL_INTERVAL"] = "100ms";
    scene_.installation.add_profile();
    scene_.installation.start();
    scene_.call();
    scene_.settle("before anything failed");
    for (const Fault& fault : all_faults()) {
      for (int n = 1; n <= options_.count; ++n) {
        const bool with_checkpoint = n % 2 == 0;
        if (!fail_at(fault, n, with_checkpoint)) break;
      }
    }
    return std::to_string(failures_) + " runs with a failing call (" + std::to_string(told_) +
           " times the service told of it, " + std::to_string(ends_) + " times it ended); " +
           in_words(scene_.tally());
  }

 private:
  /// False when the text was sent before there was an n-th one.
  bool fail_at(const Fault& fault, int n, bool with_checkpoint) {
    const std::string where = fault.system_call + " of " + fault.thread + " number " + std::to_string(n) +
                              (fault.for_ever ? " and all later ones" : "") + " fails with " + fault.error +
                              (with_checkpoint ? ", a checkpoint being due" : "");
    if (with_checkpoint) make_checkpoint_due();
    const int troubles = scene_.times_said("storage_troubled");
    const int sent = scene_.times_said("text_sent");
    Strace strace(thread_of(scene_.installation.service().pid(), fault.thread),
                  scene_.installation.file("strace"),
                  {"--trace=fdatasync," + fault.system_call,
                   "--inject=" + fault.system_call + ":error=" + fault.error + ":when=" + std::to_string(n) +
                       (fault.for_ever ? "+" : "")});
    const std::string caller = scene_.call();
    const auto has_sent = [&] { return scene_.times_said("text_sent") > sent || scene_.texted(caller); };
    const auto has_told = [&] { return scene_.times_said("storage_troubled") > troubles; };
    const bool alive = scene_.lives_until(where, [&] { return has_sent() || has_told(); });
    const bool told = has_told();
    const bool sent_meanwhile = scene_.texted(caller);
    strace.detach();
    const bool injected = strace.injected();
    const int syncs = strace.good("fdatasync");
    if (sent_meanwhile && fault.thread == "db-writer" && syncs < syncs_before_a_text)
      throw Violation(where + ": " + caller + " was texted after " + std::to_string(syncs) + " syncs");
    scene_.settle(where);
    failures_ += injected ? 1 : 0;
    told_ += told ? 1 : 0;
    ends_ += alive ? 0 : 1;
    return injected;
  }

  void make_checkpoint_due() {
    sqlite3* database = nullptr;
    int result = sqlite3_open(scene_.installation.database().c_str(), &database);
    sqlite3_busy_timeout(database, 10'000);
    sqlite3_wal_autocheckpoint(database, 0);
    const auto execute = [&](const char* statement) {
      if (result == SQLITE_OK) result = sqlite3_exec(database, statement, nullptr, nullptr, nullptr);
    };
    execute("PRAGMA synchronous = OFF");
    for (int i = 0; i < pages_before_a_checkpoint; ++i)
      execute("UPDATE settings_version SET version = version");
    sqlite3_close(database);
    if (result != SQLITE_OK) throw std::runtime_error("the database's log cannot be filled");
  }

  Options options_;
  Scene scene_;
  int failures_ = 0;
  int told_ = 0;
  int ends_ = 0;
};

}  // namespace

std::string io_errors(const Options& options) {
  return IoErrors(options).run();
}

}  // namespace sms_notifier::torture
