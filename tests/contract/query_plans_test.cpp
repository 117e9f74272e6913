// How the database finds what the store asks for. Every statement that the store runs in any test of this
// program is explained when the program ends, so a new query is held to the same rule without being named
// here: no query reads all rows of a table that grows with the calls, nor all rows of an account or a number.

#include <algorithm>
#include <array>
#include <mutex>
#include <pthread.h>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "storage/sqlite/schema.h"
#include "store_under_test.h"

namespace sms_notifier::storage {
namespace {

using namespace sqlite_api;  // where SOCI puts SQLite's own names

/// Tables that grow with the calls; the rest stay as small as the business.
const std::set<std::string> big_tables{"calls",    "legs",    "decisions", "replies",       "attempts",
                                       "contacts", "budgets", "log",       "conversations", "audit"};

/// A search by these alone finds all there is of an account, a number or a profile.
const std::set<std::string> wide_columns{"account_id", "did", "kind", "profile_id"};

/// Partial indexes that hold few rows whatever the size of the table.
const std::set<std::string> narrow_indexes{"replies_ordered"};

struct Exception {
  std::string_view start;  ///< of the statement
  std::string_view why;
};
constexpr std::array exceptions{
    Exception{"SELECT c.id, c.profile_id, a.email,", "a page of calls: newest first, until the page is full"},
    Exception{"SELECT p.id, p.account_id, p.did,",
              "each account's latest day with texts: the last row of an index"},
    Exception{"SELECT count(*) FROM (SELECT * FROM", "the newest row of a table"},
    Exception{"DELETE FROM log WHERE profile_id", "a deleted profile takes all of its log along"},
};

struct Statements {
  std::mutex mutex;
  std::set<std::string> seen;
};
Statements& statements() {
  static Statements all;
  return all;
}

bool on_a_thread_of_the_store() {
  std::array<char, 16> name{};
  ::pthread_getname_np(::pthread_self(), name.data(), name.size());
  return std::string_view(name.data()).starts_with("db-");
}

int note_statement(unsigned, void*, void* statement, void* text) {
  const bool of_a_trigger = std::string_view(static_cast<const char*>(text)).starts_with("--");
  if (of_a_trigger || !on_a_thread_of_the_store()) return 0;
  const char* sql = sqlite3_sql(static_cast<sqlite3_stmt*>(statement));
  const std::lock_guard lock(statements().mutex);
  if (sql != nullptr) statements().seen.insert(sql);
  return 0;
}

int watch_connection(sqlite3* connection, const char**, const sqlite3_api_routines*) {
  return sqlite3_trace_v2(connection, SQLITE_TRACE_STMT, note_statement, nullptr);
}

/// A new, empty database of the newest schema.
class Explainer {
 public:
  Explainer() : session_(soci::sqlite3, "dbname=:memory:") { migrate(session_, {}); }

  /// The steps of the plan; none when it is no statement of the schema, such as a test's own.
  std::vector<std::string> steps(const std::string& text) {
    sqlite3_stmt* statement = nullptr;
    const std::string question = "EXPLAIN QUERY PLAN " + text;
    std::vector<std::string> found;
    const auto* backend = static_cast<const soci::sqlite3_session_backend*>(session_.get_backend());
    if (sqlite3_prepare_v2(backend->conn_, question.c_str(), -1, &statement, nullptr) != SQLITE_OK)
      return found;
    constexpr int detail_column = 3;
    while (sqlite3_step(statement) == SQLITE_ROW)
      found.emplace_back(reinterpret_cast<const char*>(sqlite3_column_text(statement, detail_column)));
    sqlite3_finalize(statement);
    return found;
  }

 private:
  soci::session session_;
};

/// The table that a step of the statement's plan calls by its alias.
std::string table_of(const std::string& name, const std::string& statement) {
  const std::regex alias(R"((?:FROM|JOIN|UPDATE|INTO)\s+(\w+)\s+(?:AS\s+)?)" + name + R"(\b)");
  std::smatch match;
  return std::regex_search(statement, match, alias) ? match[1].str() : name;
}

/// Whether the search by these conditions, `account_id=? AND started_at>?`, finds few rows.
bool is_narrow(const std::string& conditions) {
  const std::regex condition(R"((\w+|<expr>)[=<>])");
  const auto all = std::sregex_iterator(conditions.begin(), conditions.end(), condition);
  return std::any_of(all, std::sregex_iterator(),
                     [](const std::smatch& match) { return !wide_columns.contains(match[1].str()); });
}

/// What is wrong with a step of the statement's plan; empty when nothing is.
std::string complaint(const std::string& step, const std::string& statement) {
  const std::regex shape(R"((SCAN|SEARCH) (\w+)(?: USING (.*?)(?:INDEX (\w+)|PRIMARY KEY)?(?: \((.*)\))?)?)");
  std::smatch match;
  if (!std::regex_match(step, match, shape)) return {};
  if (!big_tables.contains(table_of(match[2].str(), statement))) return {};
  if (match[1] == "SCAN") return "reads the whole table";
  if (match[3].str().find("AUTOMATIC") != std::string::npos) return "makes an index of the whole table first";
  if (narrow_indexes.contains(match[4].str()) || is_narrow(match[5].str())) return {};
  return "reads all rows of an account, a number or a profile";
}

std::vector<std::string> complaints(Explainer& explainer, const std::string& statement) {
  std::vector<std::string> all;
  for (const std::string& step : explainer.steps(statement)) {
    const std::string wrong = complaint(step, statement);
    if (!wrong.empty()) all.push_back(step + " " + wrong);
  }
  return all;
}

bool is_exception(const std::string& statement) {
  return std::any_of(exceptions.begin(), exceptions.end(),
                     [&](const Exception& exception) { return statement.starts_with(exception.start); });
}

class PlansOfAllStatements final : public ::testing::Environment {
 public:
  void SetUp() override { sqlite3_auto_extension(reinterpret_cast<void (*)()>(watch_connection)); }
  void TearDown() override {
    sqlite3_reset_auto_extension();
    Explainer explainer;
    for (const std::string& statement : statements().seen) {
      if (is_exception(statement)) continue;
      for (const std::string& wrong : complaints(explainer, statement))
        ADD_FAILURE() << statement << "\n" << wrong;
    }
  }
};
[[maybe_unused]] const auto* const plans = ::testing::AddGlobalTestEnvironment(new PlansOfAllStatements);

TEST(QueryPlans, AWholeTableIsNotRead) {
  Explainer explainer;
  EXPECT_FALSE(complaints(explainer, "SELECT count(*) FROM replies").empty());
  EXPECT_FALSE(complaints(explainer, "SELECT * FROM calls c JOIN accounts a ON a.id = c.account_id").empty());
  EXPECT_FALSE(complaints(explainer, "UPDATE replies SET state = 'sent' WHERE body = :b").empty());
  EXPECT_FALSE(complaints(explainer, "DELETE FROM contacts WHERE opted_out_at < :at").empty());
}

TEST(QueryPlans, NorAllRowsOfAnAccountOrANumber) {
  Explainer explainer;
  EXPECT_FALSE(
      complaints(explainer, "SELECT leg_key FROM legs WHERE account_id = :a AND seconds > 9").empty());
  EXPECT_FALSE(
      complaints(explainer, "SELECT body FROM replies r WHERE r.account_id = :a AND r.did = :d").empty());
}

TEST(QueryPlans, ARowOrASpanOfTimeIsFoundByAnIndex) {
  Explainer explainer;
  EXPECT_TRUE(complaints(explainer, "SELECT body FROM replies WHERE id = :id").empty());
  EXPECT_TRUE(complaints(explainer, "SELECT state FROM replies WHERE call_id = :call").empty());
  EXPECT_TRUE(
      complaints(explainer, "SELECT call_id FROM legs WHERE account_id = :a AND started_at > 0").empty());
  EXPECT_TRUE(complaints(explainer, "SELECT message FROM profiles").empty());
}

TEST(QueryPlans, WhatTheStoreRunsIsSeen) {
  const test_support::TempFolder folder;
  const auto vault = platform::make_vault(platform::make_vault_key());
  const auto store = open_sqlite({folder.file("t.db")}, *vault);
  test_support::run_task(store->block(*domain::PhoneNumber::parse("5551000001")));
  const std::lock_guard lock(statements().mutex);
  EXPECT_TRUE(
      std::any_of(statements().seen.begin(), statements().seen.end(),
                  [](const std::string& statement) { return statement.starts_with("INSERT INTO blocked"); }));
}

}  // namespace
}  // namespace sms_notifier::storage
