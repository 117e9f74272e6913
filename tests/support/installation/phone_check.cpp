#include "support/installation/phone_check.h"

#include <map>
#include <memory>
#include <sqlite3.h>

namespace sms_notifier::test_support {
namespace {

namespace json = boost::json;

std::string text_of(const json::value& value) {
  return json::value_to<std::string>(value);
}

bool is_open(const std::string& state) {
  return state == "reserved" || state == "sending" || state == "unknown";
}

/// The rows of a statement with one column, each as a line.
std::string rows_of(sqlite3* database, const char* statement) {
  std::string rows;
  const auto add = [](void* into, int, char** columns, char**) {
    *static_cast<std::string*>(into) += (columns[0] == nullptr ? "null" : columns[0]) + std::string("\n");
    return 0;
  };
  if (sqlite3_exec(database, statement, add, &rows, nullptr) != SQLITE_OK)
    throw Violation(std::string("the database cannot be read: ") + sqlite3_errmsg(database));
  return rows;
}

/// How often each caller's phone rang with a text.
std::map<std::string, int> texts_by_caller(const Simulator& simulator) {
  std::map<std::string, int> texts;
  for (const json::value& text : simulator.texts()) ++texts[text_of(text.at("dst"))];
  return texts;
}

void count_reply(Tally& tally, const std::string& caller, const json::value& reply, int texts) {
  const std::string state = text_of(reply.at("state"));
  if (is_open(state)) throw Violation(caller + ": the reply has not come to its end: " + state);
  if (texts > 0 && reply.at("attempts").as_int64() == 0)
    throw Violation(caller + " was texted without an intent in the ledger");
  if (state == "sent") {
    if (texts == 0) throw Violation(caller + " is called sent, but nothing arrived");
    ++tally.sent;
    return;
  }
  if (reply.at("evidence").is_null()) throw Violation(caller + ": " + state + ", without evidence");
  if (state == "uncertain") {
    ++tally.uncertain;
    return;
  }
  if (texts > 0) throw Violation(caller + " is called " + state + ", but was texted");
  ++tally.not_sent;
}

}  // namespace

std::string in_words(const Tally& tally) {
  return std::to_string(tally.calls) + " calls, " + std::to_string(tally.texts) + " texts, " +
         std::to_string(tally.sent) + " sent, " + std::to_string(tally.uncertain) + " uncertain, " +
         std::to_string(tally.not_sent) + " not sent, " + std::to_string(tally.skipped) + " skipped";
}

void check_database(const std::string& path) {
  sqlite3* opened = nullptr;
  const int result = sqlite3_open_v2(path.c_str(), &opened, SQLITE_OPEN_READWRITE, nullptr);
  const std::unique_ptr<sqlite3, decltype(&sqlite3_close)> database(opened, sqlite3_close);
  if (result != SQLITE_OK) throw Violation("the database cannot be opened: " + path);
  sqlite3_busy_timeout(opened, 10'000);
  if (const std::string found = rows_of(opened, "PRAGMA integrity_check"); found != "ok\n")
    throw Violation("the database is damaged: " + found);
  if (const std::string found = rows_of(opened, "PRAGMA foreign_key_check"); !found.empty())
    throw Violation("rows refer to rows that are not there: " + found);
  const char* disagreeing =
      "SELECT c.id FROM calls c LEFT JOIN decisions d ON d.account_id = c.account_id AND d.call_id = c.id "
      "LEFT JOIN replies r ON r.account_id = c.account_id AND r.call_id = c.id "
      "WHERE c.outcome <> coalesce(d.outcome, '') OR c.reply_state <> coalesce(r.state, '')";
  if (const std::string found = rows_of(opened, disagreeing); !found.empty())
    throw Violation("calls are shown otherwise than decided or replied to: " + found);
}

bool all_settled(Installation& installation, const std::set<std::string>& callers) {
  std::set<std::string> settled;
  for (const json::value& call : installation.calls()) {
    if (!call.at("reply").is_null() && is_open(text_of(call.at("reply").at("state")))) return false;
    settled.insert(text_of(call.at("caller")));
  }
  return settled.size() >= callers.size();
}

Tally check_phones(Installation& installation, const Simulator& simulator,
                   const std::set<std::string>& callers) {
  check_database(installation.database());
  Tally tally;
  std::map<std::string, int> texts = texts_by_caller(simulator);
  std::set<std::string> recorded;
  for (const json::value& call : installation.calls()) {
    const std::string caller = text_of(call.at("caller"));
    if (!callers.contains(caller)) throw Violation(caller + " never called");
    if (!recorded.insert(caller).second) throw Violation(caller + " called once, and is recorded twice");
    ++tally.calls;
    if (text_of(call.at("decision")).empty()) throw Violation(caller + " has no decision");
    if (texts[caller] > 1)
      throw Violation(caller + " was texted " + std::to_string(texts[caller]) + " times");
    tally.texts += texts[caller];
    if (!call.at("reply").is_null()) {
      count_reply(tally, caller, call.at("reply"), texts[caller]);
    } else if (texts[caller] > 0) {
      throw Violation(caller + " was texted without a reply in the ledger");
    } else {
      ++tally.skipped;
    }
  }
  for (const std::string& caller : callers) {
    if (!recorded.contains(caller)) throw Violation(caller + " called, and is not recorded");
  }
  for (const auto& [caller, count] : texts) {
    if (!callers.contains(caller)) throw Violation(caller + " never called, but was texted");
  }
  return tally;
}

}  // namespace sms_notifier::test_support
