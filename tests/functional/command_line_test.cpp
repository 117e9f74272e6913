// What a person meets on the command line: help, wrong input, and each command's answer.

#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>

#include "support/installation/installation.h"

namespace sms_notifier::functional {
namespace {

namespace fs = std::filesystem;

using test_support::Finished;
using test_support::Installation;
using test_support::run;
using test_support::Simulator;

class CommandLine : public ::testing::Test {
 protected:
  /// Exit 2, one line on standard error that names these parts, and no data folder.
  void expect_wrong(const std::vector<std::string>& arguments, const std::vector<std::string>& parts) {
    const Finished finished = installation.cli(arguments);
    EXPECT_EQ(finished.code, 2) << finished.errors;
    EXPECT_EQ(std::count(finished.errors.begin(), finished.errors.end(), '\n'), 1) << finished.errors;
    for (const std::string& part : parts)
      EXPECT_NE(finished.errors.find(part), std::string::npos) << finished.errors;
    EXPECT_FALSE(fs::exists(installation.folder()));
  }
  std::vector<std::string> add(const std::string& option, const std::string& value) const {
    std::vector<std::string> arguments{"profile", "add"};
    const std::vector<std::pair<std::string, std::string>> good{
        {"--account", "owner@clinic.example"},
        {"--api-password-file", installation.file("password")},
        {"--did", "4165550100"},
        {"--message", "Sorry"},
        {"--call-duration", "10"}};
    bool replaced = false;
    for (const auto& [name, usual] : good) {
      arguments.push_back(name);
      arguments.push_back(name == option ? value : usual);
      replaced = replaced || name == option;
    }
    if (!replaced) arguments.insert(arguments.end(), {option, value});
    return arguments;
  }

  Simulator simulator;
  Installation installation{simulator};
};

TEST_F(CommandLine, HelpAndVersionReadWell) {
  const Finished help = installation.cli({"--help"});
  EXPECT_EQ(help.code, 0);
  for (const char* command :
       {"serve", "demo", "profile", "calls", "user", "check", "--config", "--data", "Exit codes"})
    EXPECT_NE(help.output.find(command), std::string::npos) << command;
  const Finished version = installation.cli({"--version"});
  EXPECT_EQ(version.code, 0);
  EXPECT_EQ(version.output.find("sms-notifier "), 0U);
  EXPECT_EQ(installation.cli({"profile", "add", "--help"}).code, 0);
}

TEST_F(CommandLine, WrongWordsAreNamed) {
  expect_wrong({"dance"}, {"dance"});
  expect_wrong({"profile"}, {"which command?"});
  expect_wrong({"profile", "run", "seven"}, {"ID", "seven"});
  expect_wrong({"serve", "--listen", "nowhere"}, {"--listen", "nowhere", "HOST:PORT"});
  expect_wrong({"serve", "--role", "worker"}, {"--role", "worker"});
  expect_wrong({"calls", "--since", "yesterday"}, {"--since", "yesterday"});
}

TEST_F(CommandLine, WrongProfilesAreRefusedWithKeyValueAndWhatIsAllowed) {
  expect_wrong(add("--did", "12345"), {"did", "12345", "ten digits"});
  expect_wrong(add("--account", "nobody"), {"account", "nobody", "e-mail"});
  expect_wrong(add("--call-duration", ""), {"call_duration", "\"\"", "seconds"});
  expect_wrong(add("--call-duration", "soon"), {"call_duration", "soon"});
  expect_wrong(add("--message", " "), {"message", "empty"});
  expect_wrong(add("--message", std::string(2049, 'x')), {"message", "2049", "2048"});
  expect_wrong(add("--hours", "always"), {"hours", "always", "mon-fri"});
  expect_wrong(add("--wait", "-1"), {"wait", "-1"});
}

TEST_F(CommandLine, WrongConfigurationIsRefused) {
  expect_wrong(
      {"serve", "--config", installation.write_file("a.toml", "[monitor]\npoll_interval = \"soon\"\n")},
      {"a.toml:2", "monitor.poll_interval", "soon", "500ms"});
  expect_wrong({"profile", "list", "--config", installation.write_file("b.toml", "[monitor]\nspeed = 1\n")},
               {"b.toml:2", "monitor.speed"});
  expect_wrong({"profile", "list", "--config", installation.file("missing.toml")}, {"missing.toml"});
  installation.environment["SMS_NOTIFIER_LIMITS_TEXTS_PER_DAY"] = "many";
  expect_wrong({"profile", "list"}, {"SMS_NOTIFIER_LIMITS_TEXTS_PER_DAY", "many", "whole number"});
}

TEST_F(CommandLine, TakesConfigAndDataBeforeOrAfterItsWords) {
  installation.add_profile("Sorry", {});
  const Finished before =
      run(SMS_NOTIFIER_BINARY, {"--data", installation.folder(), "profile", "list", "--json"},
          installation.environment);
  EXPECT_EQ(before.code, 0);
  EXPECT_EQ(before.output, installation.cli({"profile", "list", "--json"}).output);
}

TEST_F(CommandLine, ProfilesAreListedAddedEditedAndDeleted) {
  const std::string id = installation.add_profile("Sorry", {"--limit-to-one-did"});
  auto listed = installation.json({"profile", "list", "--json"});
  ASSERT_EQ(listed.size(), 1U);
  for (const char* field :
       {"id", "account", "did", "message", "call_duration", "limit_to_one_did", "wait", "cooldown",
        "history_size", "hours", "dry_run", "running", "state", "reason", "last_good_poll", "last_error"})
    EXPECT_NE(listed[0].as_object().if_contains(field), nullptr) << field;
  EXPECT_TRUE(listed[0].at("limit_to_one_did").as_bool());
  EXPECT_FALSE(listed[0].at("running").as_bool());

  EXPECT_EQ(installation.cli({"profile", "edit", id, "--message", "Other", "--all-dids"}).code, 0);
  listed = installation.json({"profile", "list", "--json"});
  EXPECT_EQ(boost::json::value_to<std::string>(listed[0].at("message")), "Other");
  EXPECT_FALSE(listed[0].at("limit_to_one_did").as_bool());

  EXPECT_EQ(installation.cli({"profile", "delete", id}).code, 0);
  EXPECT_TRUE(installation.json({"profile", "list", "--json"}).empty());
  for (const char* verb : {"run", "stop", "delete"}) {
    const Finished missing = installation.cli({"profile", verb, id});
    EXPECT_EQ(missing.code, 1);
    EXPECT_NE(missing.errors.find("no profile " + id), std::string::npos) << missing.errors;
  }
}

TEST_F(CommandLine, AnEditLeavesWhatItDoesNotNameAsItWas) {
  const std::string id =
      installation.add_profile("Sorry", {"--limit-to-one-did", "--dry-run", "--wait", "5"});
  const auto was = installation.json({"profile", "list", "--json"})[0].as_object();
  EXPECT_EQ(installation.cli({"profile", "edit", id, "--message", "Other"}).code, 0);
  auto is = installation.json({"profile", "list", "--json"})[0].as_object();
  EXPECT_TRUE(is.at("dry_run").as_bool()) << "a profile in test mode must not begin to text";
  is["message"] = was.at("message");
  EXPECT_EQ(is, was);
}

TEST_F(CommandLine, AListSaysOfEachProfileByWhichRulesItTextsAndWhetherItSends) {
  installation.add_profile("Sorry", {"--wait", "20", "--cooldown", "48", "--history-size", "30", "--hours",
                                     "mon-fri 09:00-17:00", "--dry-run", "--run"});
  const std::string list = installation.cli({"profile", "list"}).output;
  for (const char* part : {"test mode: nothing is sent", "texts 20 s after the call", "after 48 h",
                           "of the last 30 callers only", "mon-fri 09:00-17:00"})
    EXPECT_NE(list.find(part), std::string::npos) << list;
}

TEST_F(CommandLine, AnAccountThatIsNewNeedsItsPassword) {
  const Finished finished = installation.cli({"profile", "add", "--account", "a@b.example", "--did",
                                              "4165550100", "--message", "Sorry", "--call-duration", "1"});
  EXPECT_EQ(finished.code, 2);
  EXPECT_NE(finished.errors.find("API password is needed"), std::string::npos) << finished.errors;
  EXPECT_TRUE(installation.json({"profile", "list", "--json"}).empty());
}

TEST_F(CommandLine, PrintsTheConfigurationInForceWithSecretsHidden) {
  installation.environment["SMS_NOTIFIER_LOG_TOKEN"] = "0123456789abcdef-secret";
  const Finished printed = installation.cli({"serve", "--print-config"});
  EXPECT_EQ(printed.code, 0);
  EXPECT_NE(printed.output.find("poll_interval = '300ms'"), std::string::npos) << printed.output;
  EXPECT_EQ(printed.output.find("0123456789abcdef"), std::string::npos);
  EXPECT_FALSE(fs::exists(installation.folder()));
}

TEST_F(CommandLine, UsersAreAddedChangedAndRemovedButNotTheLast) {
  const std::string password = installation.write_file("user-password", "correct horse battery\n");
  EXPECT_EQ(installation.cli({"user", "add", "anna", "--password-file", password}).code, 0);
  EXPECT_EQ(installation.cli({"user", "add", "Anna", "--password-file", password}).code, 1);
  EXPECT_EQ(installation.cli({"user", "remove", "anna"}).code, 1);
  EXPECT_EQ(installation.cli({"user", "add", "ben", "--password-file", "-"}, "another good one\n").code, 0);
  EXPECT_EQ(installation.cli({"user", "list"}).output, "anna\nben\n");
  EXPECT_EQ(installation.cli({"user", "passwd", "ben", "--password-file", password}).code, 0);
  EXPECT_EQ(installation.cli({"user", "passwd", "carl", "--password-file", password}).code, 1);
  EXPECT_EQ(installation.cli({"user", "remove", "ben"}).code, 0);
  const Finished no_terminal = installation.cli({"user", "add", "dora"});
  EXPECT_EQ(no_terminal.code, 2);
  EXPECT_NE(no_terminal.errors.find("--password-file"), std::string::npos);
}

TEST_F(CommandLine, CheckSaysWhatIsWrongAndWhereToMendIt) {
  installation.add_profile("Sorry", {});
  const Finished good = installation.cli({"check"});
  EXPECT_EQ(good.code, 0) << good.output;
  EXPECT_NE(good.output.find("Everything is in order"), std::string::npos);
  EXPECT_NE(good.output.find("shorter than usual"), std::string::npos) << "the tests' waits are warned about";

  const auto expect_trouble = [&](const std::string& settings, const std::string& words) {
    simulator.control("POST", "accounts", R"({"email":"demo@example.test",)" + settings + "}");
    const Finished finished = installation.cli({"check"});
    EXPECT_EQ(finished.code, 1) << finished.output;
    EXPECT_NE(finished.output.find(words), std::string::npos) << finished.output;
  };
  expect_trouble(R"("allowed_ip":"192.0.2.7")", "the address to add there is 127.0.0.1");
  expect_trouble(R"("allowed_ip":"0.0.0.0","api_enabled":false)", "enable it in the VoIP.ms portal");
  expect_trouble(R"("api_enabled":true,"password":"something else")", "API e-mail or API password");
  expect_trouble(R"("password":"demo-api-password","dids":[{"did":"4165550100","sms_enabled":false}])",
                 "SMS is switched off");
  expect_trouble(R"("dids":["4165550199"])", "is not a number of this account");
  expect_trouble(R"("dids":["4165550100"],"balance":"0.000000")", "the VoIP.ms balance is used up");
}

TEST_F(CommandLine, CheckOfAProviderThatIsAwaySaysSo) {
  installation.add_profile("Sorry", {});
  installation.environment["SMS_NOTIFIER_VOIPMS_BASE_URL"] = "http://127.0.0.1:1/api/v1/rest.php";
  const Finished finished = installation.cli({"check"});
  EXPECT_EQ(finished.code, 1);
  EXPECT_NE(finished.output.find("cannot be reached"), std::string::npos) << finished.output;
}

TEST_F(CommandLine, AMissingKeyIsNotReplacedSilently) {
  installation.add_profile("Sorry", {});
  fs::remove(installation.folder() + "/secret.key");
  const Finished finished = installation.cli({"profile", "list"});
  EXPECT_EQ(finished.code, 1);
  EXPECT_NE(finished.errors.find("secret.key is missing"), std::string::npos) << finished.errors;
}

}  // namespace
}  // namespace sms_notifier::functional
