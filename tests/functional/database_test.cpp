// The real program, whose database is exchanged or damaged while it runs.

#include <filesystem>
#include <fstream>
#include <map>
#include <sqlite3.h>

#include <gtest/gtest.h>

#include "support/damage.h"
#include "support/installation/installation.h"

namespace sms_notifier::functional {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

using test_support::eventually;
using test_support::Installation;
using test_support::request;
using test_support::Simulator;

class ADatabaseUnderTheService : public ::testing::Test {
 protected:
  void text_a_caller() {
    const std::string caller = "555123" + std::to_string(1000 + ++callers);
    simulator.call(Installation::account, caller);
    eventually("a text to " + caller, [&] { return texts_to(caller) > 0; });
    eventually("it is sent", [&] {
      for (const json::value& call : installation.calls())
        if (json::value_to<std::string>(call.at("caller")) == caller && !call.at("reply").is_null())
          return call.at("reply").at("state") == "sent";
      return false;
    });
  }
  int texts_to(const std::string& caller) {
    int texts = 0;
    for (const json::value& text : simulator.texts()) texts += text.at("dst") == json::value(caller);
    return texts;
  }
  /// A copy as a person makes it with the service stopped; a caller is texted before and after.
  void start_with_an_earlier_copy() {
    installation.add_profile();
    installation.start();
    text_a_caller();
    installation.stop();
    fs::copy_file(installation.database(), copy);
    installation.start();
    text_a_caller();
    installation.stop();
    installation.start();
    text_a_caller();
  }
  void expect_it_ends_and_says(const std::string& what) {
    EXPECT_EQ(installation.service().wait(), 1) << "so that whatever supervises it starts it again";
    const std::string errors = installation.service().errors();
    EXPECT_NE(errors.find("database_exchanged"), std::string::npos) << errors;
    EXPECT_NE(errors.find("sms-notifier: the database was exchanged while it was in use"), std::string::npos)
        << errors;
    EXPECT_NE(errors.find(what), std::string::npos) << errors;
  }
  /// Calls that were there before and that come now; none of them is texted twice.
  void expect_that_a_new_start_texts_nobody_twice() {
    const std::string later = "5551239999";
    simulator.call(Installation::account, later);
    installation.start();
    const int before = simulator.polls(Installation::account);
    constexpr int polls_enough = 25;  // the waits for a proof of absence, twice
    eventually("polls", [&] { return simulator.polls(Installation::account) >= before + polls_enough; });
    std::map<std::string, int> texts;
    for (const json::value& text : simulator.texts()) ++texts[json::value_to<std::string>(text.at("dst"))];
    for (const auto& [caller, count] : texts) EXPECT_EQ(count, 1) << caller;
    installation.stop();
  }

  void expect_that_a_new_start_keeps_the_profile_stopped() {
    installation.start();
    EXPECT_NE(installation.service().wait_for("service_started").find("profiles_running=0"),
              std::string::npos);
    installation.stop();
  }

  /// The first page of a table, in the file.
  void damage(const std::string& table) const {
    sqlite3* opened = nullptr;
    ASSERT_EQ(sqlite3_open(installation.database().c_str(), &opened), SQLITE_OK);
    sqlite3_busy_timeout(opened, 10'000);
    int page = 0;
    const auto read = [](void* into, int, char** columns, char**) {
      *static_cast<int*>(into) = std::stoi(columns[0]);
      return 0;
    };
    sqlite3_exec(opened, "PRAGMA wal_checkpoint(TRUNCATE)", nullptr, nullptr, nullptr);
    sqlite3_exec(opened, ("SELECT rootpage FROM sqlite_master WHERE name = '" + table + "'").c_str(), read,
                 &page, nullptr);
    test_support::damage_page(installation.database(), page);
    sqlite3_close(opened);
  }

  Simulator simulator;
  Installation installation{simulator};
  std::string copy = installation.file("copy.db");
  int callers = 0;
};

TEST_F(ADatabaseUnderTheService, IsReplacedByAnEarlierCopy) {
  start_with_an_earlier_copy();
  fs::rename(copy, installation.database());
  expect_it_ends_and_says("was replaced by another file");
  const auto texts = simulator.texts().size();
  EXPECT_EQ(installation.cli({"profile", "stop", "1"}).code, 0);
  simulator.call(Installation::account, "5551237777");
  expect_that_a_new_start_keeps_the_profile_stopped();
  EXPECT_EQ(simulator.texts().size(), texts);
}

TEST_F(ADatabaseUnderTheService, IsReplacedByAnEarlierCopyAndGoesOn) {
  start_with_an_earlier_copy();
  fs::rename(copy, installation.database());
  expect_it_ends_and_says("was replaced by another file");
  expect_that_a_new_start_texts_nobody_twice();
}

TEST_F(ADatabaseUnderTheService, LosesItsLog) {
  start_with_an_earlier_copy();
  fs::remove(installation.database() + "-wal");
  expect_it_ends_and_says("-wal was moved or deleted");
  EXPECT_EQ(installation.calls().size(), 3U) << "what was in it is in the database";
  EXPECT_EQ(installation.cli({"profile", "stop", "1"}).code, 0);
  expect_that_a_new_start_keeps_the_profile_stopped();
  EXPECT_EQ(simulator.texts().size(), 3U);
}

TEST_F(ADatabaseUnderTheService, IsWrittenOverWithAnEarlierCopy) {
  start_with_an_earlier_copy();
  std::ofstream(installation.database(), std::ios::binary) << std::ifstream(copy, std::ios::binary).rdbuf();
  expect_it_ends_and_says("was written over");
  EXPECT_EQ(installation.calls().size(), 1U) << "as the copy had it";
  expect_that_a_new_start_texts_nobody_twice();
}

TEST_F(ADatabaseUnderTheService, HasADamagedPage) {
  installation.add_profile();
  installation.start();
  text_a_caller();
  const auto readiness = [&] { return request("GET", installation.port(), "/readyz"); };
  eventually("it is ready", [&] { return readiness().status == 200; });
  damage("legs");
  eventually("it is not ready", [&] { return readiness().status == 503; });
  EXPECT_NE(readiness().body.find("the database is damaged"), std::string::npos) << readiness().body;
  installation.service().wait_for("database_damaged");
  const auto check = installation.cli({"check"});
  EXPECT_EQ(check.code, 1);
  EXPECT_NE(check.output.find("WRONG  the database"), std::string::npos) << check.output << check.errors;
  const int before = simulator.polls(Installation::account);
  simulator.call(Installation::account, "5551237777");
  constexpr int polls_enough = 5;
  eventually("polls", [&] { return simulator.polls(Installation::account) >= before + polls_enough; });
  EXPECT_EQ(texts_to("5551237777"), 0);
  installation.stop();
}

}  // namespace
}  // namespace sms_notifier::functional
