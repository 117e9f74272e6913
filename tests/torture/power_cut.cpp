// The power fails under the production store, at random moments of reading, writing and syncing.

#include <algorithm>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <sqlite3.h>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "platform/vault.h"
#include "storage/sqlite/store.h"
#include "support/memory_store.h"
#include "support/run_task.h"
#include "support/temp_folder.h"
#include "torture/lossy_disk.h"
#include "torture/parts.h"
#include "torture/workload.h"

namespace sms_notifier::torture {
namespace {

constexpr const char* database_name = "sms-notifier.db";
constexpr int writers = 6;
constexpr int writer_steps = 40;
constexpr int owner_steps = 30;
constexpr std::size_t cuts_per_life = 30;
constexpr std::size_t operations_per_chain = 1000;  ///< then a new database is begun

/// One cut, and what must be there after it: the first `answered` operations and none beyond `asked`.
struct Cut {
  LossyDisk::Remains remains;
  std::size_t answered = 0;
  std::size_t asked = 0;
};

/// Takes cuts at moments of its own choice, on whatever thread the moment comes: so rarely that they are
/// spread over a whole life.
class Cutter {
 public:
  Cutter(LossyDisk& disk, const History& history, std::size_t most, std::uint64_t seed)
      : disk_(disk), history_(history), most_(most), chance_(seed) {}

  void at(Moment moment) {
    switch (moment) {
      case Moment::BeforeWrite:
        return one_in(100);
      case Moment::BeforeDatabaseWrite:
        return one_in(10);
      case Moment::BeforeSync:
      case Moment::AfterSync:
        return one_in(30);
      case Moment::BeforeDelete:
        return one_in(1);
    }
  }
  void after_answer() { one_in(100); }

  std::vector<Cut> take() { return std::move(cuts_); }

 private:
  void one_in(std::uint64_t times) {
    const std::lock_guard lock(mutex_);
    if (cuts_.size() >= most_ || chance_() % times != 0) return;
    Cut cut;
    cut.answered = history_.answered();
    cut.remains = disk_.cut();
    cut.asked = history_.asked();
    cuts_.push_back(std::move(cut));
  }

  LossyDisk& disk_;
  const History& history_;
  const std::size_t most_;

  std::mutex mutex_;  ///< guards what follows
  std::mt19937_64 chance_;
  std::vector<Cut> cuts_;
};

/// What a store says that was given the first N operations, for every N.
class Expected {
 public:
  void follow(const History& history) {
    if (told_.empty()) told_.push_back(std::hash<std::string>{}(told_by(books_of(*store_))));
    for (std::size_t n = told_.size() - 1; n < history.operations().size(); ++n) {
      test_support::run_task(history.operations()[n].repeat(books_of(*store_)));
      told_.push_back(std::hash<std::string>{}(told_by(books_of(*store_))));
    }
  }
  /// After the history has forgotten what came after `count` operations.
  void forget_after(std::size_t count, const History& history) {
    store_ = std::make_unique<test_support::MemoryStore>();
    for (std::size_t n = 0; n < count; ++n)
      test_support::run_task(history.operations()[n].repeat(books_of(*store_)));
    told_.resize(std::min(told_.size(), count + 1));
  }
  /// How many operations a store has that says this: the most, at most `asked`.
  std::optional<std::size_t> operations_in(const std::string& told, std::size_t asked) const {
    const std::size_t wanted = std::hash<std::string>{}(told);
    for (std::size_t n = asked + 1; n-- > 0;)
      if (told_[n] == wanted) return n;
    return std::nullopt;
  }

 private:
  std::unique_ptr<test_support::MemoryStore> store_ = std::make_unique<test_support::MemoryStore>();
  std::vector<std::size_t> told_;
};

/// The one value of a query on the database file.
std::string value(sqlite3* database, const std::string& query) {
  sqlite3_stmt* statement = nullptr;
  std::string result = "no answer";
  if (sqlite3_prepare_v2(database, query.c_str(), -1, &statement, nullptr) == SQLITE_OK &&
      sqlite3_step(statement) == SQLITE_ROW) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
    result = text == nullptr ? "null" : text;
  } else {
    result += ": " + std::string(sqlite3_errmsg(database));
  }
  sqlite3_finalize(statement);
  return result;
}

/// What is half there in the database; empty: nothing.
std::string half_there(const std::string& path) {
  struct Rule {
    const char* what;
    const char* query;
    const char* answer;
  };
  constexpr Rule rules[] = {
      {"SQLite's own check", "PRAGMA integrity_check", "ok"},
      {"rows that refer to nothing", "SELECT count(*) FROM pragma_foreign_key_check", "0"},
      {"calls without a decision or legs",
       "SELECT count(*) FROM calls c WHERE NOT EXISTS (SELECT 1 FROM decisions WHERE call_id = c.id) OR NOT "
       "EXISTS "
       "(SELECT 1 FROM legs WHERE call_id = c.id)",
       "0"},
      {"decisions to reply without a reply, or the other way round",
       "SELECT count(*) FROM decisions d LEFT JOIN replies r ON r.call_id = d.call_id WHERE (d.outcome = "
       "'reply') <> "
       "(r.id IS NOT NULL)",
       "0"},
      {"replies with other than their number of attempts",
       "SELECT count(*) FROM replies r WHERE attempts <> (SELECT count(*) FROM attempts WHERE reply_id = "
       "r.id)",
       "0"},
      {"replies that are being sent without an attempt under way",
       "SELECT count(*) FROM replies r WHERE state = 'sending' AND NOT EXISTS (SELECT 1 FROM attempts WHERE "
       "reply_id "
       "= r.id AND n = r.attempts AND settled_at IS NULL)",
       "0"},
      {"texts counted against the day beside replies that count",
       "SELECT (SELECT coalesce(sum(used), 0) FROM budgets) - (SELECT count(*) FROM replies WHERE state IN "
       "('reserved', 'sending', 'unknown', 'sent', 'uncertain'))",
       "0"},
  };
  sqlite3* database = nullptr;
  std::string found;
  if (sqlite3_open(path.c_str(), &database) != SQLITE_OK) found = "it cannot be opened";
  for (const Rule& rule : rules) {
    if (!found.empty()) break;
    const std::string answer = value(database, rule.query);
    if (answer != rule.answer) found = std::string(rule.what) + ": " + answer;
  }
  sqlite3_close(database);
  return found;
}

/// What a cut left, as the next start finds it.
struct Finding {
  std::optional<std::size_t> operations;  ///< how many are there; none: it is as after no number of them
  std::string damage;                     ///< empty: none
};

Finding look_at(const Image& image, const Expected& expected, std::size_t asked, const app::Vault& vault,
                const std::string& folder) {
  std::filesystem::create_directory(folder);
  for (const auto& [name, content] : image) std::ofstream(folder + "/" + name, std::ios::binary) << content;
  const std::string path = folder + "/" + database_name;
  Finding finding;
  try {
    const auto store = storage::open_sqlite({path}, vault);
    finding.operations = expected.operations_in(told_by(books_of(*store)), asked);
    finding.damage = half_there(path);
  } catch (const std::exception& error) {
    finding.damage = error.what();
  }
  if (!finding.operations && finding.damage.empty())
    finding.damage = "it is as after no number of the operations that were asked for";
  return finding;
}

struct Figures {
  std::size_t cuts = 0;
  std::size_t lives = 0;
  std::size_t with_unsafe_writes = 0;
  std::size_t in_checkpoints = 0;
  std::size_t while_asked = 0;  ///< operations were under way
  std::size_t survived = 0;     ///< and some of them were there although they had not been answered
  std::size_t answered_claims = 0;
  std::size_t lost = 0;
  std::size_t damaged = 0;
  std::string first_fault;
};

/// Another process that works the write-ahead log into the database, as a command-line tool does when it
/// ends.
void checkpoint(const std::string& path) {
  sqlite3* database = nullptr;
  if (sqlite3_open(path.c_str(), &database) == SQLITE_OK)
    sqlite3_wal_checkpoint_v2(database, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
  sqlite3_close(database);
}

/// From opening the store to closing it, with cuts in between.
std::vector<Cut> live(const Image& image, History& history, Syncs syncs, std::size_t cuts,
                      const app::Vault& vault, std::mt19937_64& chance) {
  test_support::TempFolder folder;
  LossyDisk disk(folder.path().string(), image, chance());
  Cutter cutter(disk, history, cuts, chance());
  disk.at_moment = [&](Moment moment) { cutter.at(moment); };
  boost::asio::io_context loop;
  const std::string path = folder.file(database_name);
  auto store = storage::open_sqlite({path}, vault);

  std::size_t answers = 0;
  const std::size_t checkpoint_after = 10 + chance() % 100;
  Workload workload(books_of(*store), history, chance(), [&] {
    cutter.after_answer();
    if (++answers % checkpoint_after == 0) checkpoint(path);
  });
  std::exception_ptr failure;
  const auto ended = [&](const std::exception_ptr& error) {
    if (error) failure = error;
  };
  boost::asio::co_spawn(loop, workload.begin(), ended);
  loop.run();
  disk.set_syncs(syncs);
  loop.restart();
  for (int n = 0; n < writers; ++n) boost::asio::co_spawn(loop, workload.work_on_calls(writer_steps), ended);
  boost::asio::co_spawn(loop, workload.work_as_owner(owner_steps), ended);
  loop.run();
  store.reset();
  if (failure) std::rethrow_exception(failure);
  return cutter.take();
}

std::size_t claims_in(const History& history, std::size_t count) {
  const auto& operations = history.operations();
  return static_cast<std::size_t>(std::count_if(operations.begin(),
                                                operations.begin() + static_cast<std::ptrdiff_t>(count),
                                                [](const auto& operation) { return operation.is_claim; }));
}

/// Lives of a store, each begun on what a cut of the life before it has left, until there were so many cuts.
Figures cut_many(std::size_t count, std::uint64_t seed, Syncs syncs) {
  std::mt19937_64 chance(seed);
  const auto vault = platform::make_vault(platform::make_vault_key());
  Figures figures;
  Image image;
  History history;
  Expected expected;
  while (figures.cuts < count) {
    if (history.operations().size() > operations_per_chain) {
      history.forget_after(0);
      expected.forget_after(0, history);
      image.clear();
    }
    const std::vector<Cut> cuts =
        live(image, history, syncs, std::min(cuts_per_life, count - figures.cuts), *vault, chance);
    ++figures.lives;
    expected.follow(history);

    std::optional<std::size_t> left;
    test_support::TempFolder copies;
    for (const Cut& cut : cuts) {
      const std::string name = "cut-" + std::to_string(++figures.cuts);
      const Finding found = look_at(cut.remains.image, expected, cut.asked, *vault, copies.file(name));
      figures.with_unsafe_writes += cut.remains.unsafe_writes > 0;
      figures.in_checkpoints += cut.remains.database_was_written;
      figures.while_asked += cut.asked > cut.answered;
      figures.answered_claims += claims_in(history, cut.answered);
      const bool damaged = !found.damage.empty();
      const bool lost = !damaged && *found.operations < cut.answered;
      figures.damaged += damaged;
      figures.lost += lost;
      if (!damaged && *found.operations > cut.answered) ++figures.survived;
      if (damaged || lost) {
        const std::string what = damaged ? found.damage
                                         : std::to_string(cut.answered) +
                                               " operations were answered, of which only " +
                                               std::to_string(*found.operations) + " are there (" +
                                               std::to_string(claims_in(history, cut.answered) -
                                                              claims_in(history, *found.operations)) +
                                               " claims are missing)";
        if (figures.first_fault.empty()) figures.first_fault = name + ": " + what;
      } else if (!left || chance() % 4 == 0) {
        image = cut.remains.image;
        left = found.operations;
      }
    }
    if (!left) image.clear();
    history.forget_after(left.value_or(0));
    expected.forget_after(left.value_or(0), history);
  }
  return figures;
}

std::string lost_and_damaged(const Figures& figures) {
  return std::to_string(figures.lost) + " of " + std::to_string(figures.cuts) +
         " cuts lost what was answered" +
         (figures.damaged > 0 ? ", " + std::to_string(figures.damaged) + " left damage" : "");
}

}  // namespace

std::string power_cut(const Options& options) {
  constexpr std::size_t cuts_of_self_check = 150;
  std::string words;
  for (const auto& [syncs, how] : {std::pair{Syncs::Late, "late"}, std::pair{Syncs::Never, "swallowed"}}) {
    const Figures unsafe = cut_many(cuts_of_self_check, options.seed, syncs);
    if (unsafe.lost == 0)
      throw Violation("power cuts cannot be told from none: nothing was lost although syncs were " +
                      std::string(how));
    words += "; with syncs " + std::string(how) + ", " + lost_and_damaged(unsafe);
  }

  const Figures figures = cut_many(static_cast<std::size_t>(options.count), options.seed, Syncs::Honest);
  if (figures.lost + figures.damaged > 0)
    throw Violation("seed " + std::to_string(options.seed) + ", " + figures.first_fault + "; in all, " +
                    lost_and_damaged(figures));
  return std::to_string(figures.cuts) + " cuts in " + std::to_string(figures.lives) + " lives of a store, " +
         std::to_string(figures.with_unsafe_writes) + " with unsynced writes, " +
         std::to_string(figures.in_checkpoints) + " in a checkpoint, " + std::to_string(figures.while_asked) +
         " with operations under way (" + std::to_string(figures.survived) +
         " kept some of those); nothing answered was lost, nothing half there, " +
         std::to_string(figures.answered_claims) + " times an answered claim was found" + words;
}

}  // namespace sms_notifier::torture
