// The real program and the pretend provider, over HTTP.

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "support/installation/installation.h"
#include "support/installation/phone_check.h"
#include "support/notify_socket.h"
#include "support/raw_connection.h"
#include "support/temp_folder.h"

namespace sms_notifier::functional {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

using test_support::eventually;
using test_support::Finished;
using test_support::Installation;
using test_support::Process;
using test_support::request;
using test_support::run;
using test_support::Simulator;

std::string text_of(const json::value& value) {
  return json::value_to<std::string>(value);
}

class Service : public ::testing::Test {
 protected:
  void start_with_profile(const std::string& message = "Sorry we missed you.") {
    profile = installation.add_profile(message);
    installation.start();
    polled();
  }
  /// Waits until a poll that began from now on has been answered.
  void polled() {
    const int before = simulator.polls(Installation::account);
    eventually("two more polls", [&] { return simulator.polls(Installation::account) >= before + 2; });
  }
  /// Waits until the polls have ended.
  void polled_no_more() {
    constexpr int looks_enough = 50;  // about three times as long as from poll to poll
    int polls = -1;
    int looks = 0;
    eventually("no more polls", [&] {
      const int now = simulator.polls(Installation::account);
      looks = now == polls ? looks + 1 : 0;
      polls = now;
      return looks == looks_enough;
    });
  }
  std::string call(const std::string& caller, const std::string& more = "") {
    return simulator.call(Installation::account, caller, more);
  }
  void eventually_texts(std::size_t count) {
    eventually(std::to_string(count) + " texts", [&] { return simulator.texts().size() >= count; });
  }
  void eventually_recorded(std::size_t count) {
    eventually(std::to_string(count) + " calls", [&] { return installation.calls().size() >= count; });
  }
  std::string reply_state(const std::string& caller) {
    for (const json::value& call : installation.calls()) {
      if (text_of(call.at("caller")) == caller && !call.at("reply").is_null())
        return text_of(call.at("reply").at("state"));
    }
    return "";
  }
  void eventually_state(const std::string& caller, const std::string& state) {
    eventually(caller + " " + state, [&] { return reply_state(caller) == state; });
  }

  Simulator simulator;
  Installation installation{simulator};
  std::string profile;
};

TEST_F(Service, TextsAMissedCallExactlyOnceFromTheProfilesNumber) {
  start_with_profile();
  call("5551234567");
  eventually_texts(1);
  for (int i = 0; i < 3; ++i) polled();
  const json::array texts = simulator.texts();
  ASSERT_EQ(texts.size(), 1U);
  EXPECT_EQ(text_of(texts[0].at("did")), Installation::did);
  EXPECT_EQ(text_of(texts[0].at("dst")), "5551234567");
  EXPECT_EQ(text_of(texts[0].at("message")), "Sorry we missed you.");
  EXPECT_EQ(text_of(texts[0].at("kind")), "sms");
}

TEST_F(Service, ShowsTheCallWithItsDecisionAndReply) {
  start_with_profile();
  call("5551234567", R"(,"name":"JAMIE")");
  call("5559876543", R"(,"seconds":60)");
  call("anonymous");
  eventually_recorded(3);
  eventually_state("5551234567", "sent");
  for (const json::value& call : installation.calls()) {
    for (const char* field : {"id", "profile_id", "account", "called_at", "first_seen_at", "caller",
                              "caller_name", "did", "seconds", "disposition", "decision", "reason", "reply"})
      EXPECT_NE(call.as_object().if_contains(field), nullptr) << field;
    const std::string caller = text_of(call.at("caller"));
    const std::string decision = text_of(call.at("decision"));
    if (caller == "5551234567") {
      EXPECT_EQ(decision, "reply");
      EXPECT_EQ(text_of(call.at("caller_name")), "JAMIE");
      for (const char* field :
           {"state", "kind", "attempts", "provider_id", "requested_at", "settled_at", "evidence"})
        EXPECT_NE(call.at("reply").as_object().if_contains(field), nullptr) << field;
    } else {
      EXPECT_EQ(decision, caller == "anonymous" ? "no_caller_number" : "answered");
      EXPECT_TRUE(call.at("reply").is_null());
    }
  }
}

TEST_F(Service, Sends159BytesAsSmsAnd160AsMmsAndCountsBytesOfAccents) {
  start_with_profile(std::string(159, 'a'));
  call("5551230001");
  eventually_texts(1);
  installation.cli({"profile", "edit", profile, "--message", std::string(160, 'b')});
  call("5551230002");
  eventually_texts(2);
  std::string accents;
  for (int i = 0; i < 70; ++i) accents += "é";
  installation.cli({"profile", "edit", profile, "--message", accents + std::string(30, 'c')});
  call("5551230003");
  eventually_texts(3);
  const json::array texts = simulator.texts();
  EXPECT_EQ(text_of(texts[0].at("kind")), "sms");
  EXPECT_EQ(text_of(texts[1].at("kind")), "mms");
  EXPECT_EQ(text_of(texts[2].at("kind")), "mms");
  EXPECT_EQ(text_of(texts[2].at("message")), accents + std::string(30, 'c'));
}

TEST_F(Service, StopRunEditAndDeleteTakeEffectWithoutARestart) {
  start_with_profile();
  EXPECT_EQ(installation.cli({"profile", "stop", profile}).code, 0);
  // Until the service has noticed, a poll may record a call whose text the stop then cancels for good.
  installation.service().wait_for("profile_stopped");
  call("5551230001");
  EXPECT_TRUE(simulator.texts().empty());
  installation.cli({"profile", "edit", profile, "--message", "Other words."});
  EXPECT_EQ(installation.cli({"profile", "run", profile}).code, 0);
  eventually_texts(1);
  EXPECT_EQ(text_of(simulator.texts()[0].at("message")), "Other words.");
  EXPECT_EQ(installation.cli({"profile", "delete", profile}).code, 0);
  polled_no_more();
  call("5551230002");
  profile = installation.add_profile("Third words.");
  eventually_texts(2);
  EXPECT_EQ(text_of(simulator.texts()[1].at("message")), "Third words.");
  EXPECT_EQ(simulator.texts().size(), 2U);
}

TEST_F(Service, RefusesASecondServiceOnTheSameFolder) {
  start_with_profile();
  const Finished second = installation.cli({"serve", "--listen", "127.0.0.1:0"});
  EXPECT_EQ(second.code, 1);
  EXPECT_NE(second.errors.find("already working on"), std::string::npos) << second.errors;
  EXPECT_NE(second.errors.find(std::to_string(installation.service().pid())), std::string::npos)
      << second.errors;
}

TEST_F(Service, BalanceOfNothingIsToldWhereverItIsAskedFor) {
  simulator.control("POST", "accounts", R"({"email":"demo@example.test","balance":"0.000000"})");
  start_with_profile();
  eventually("it is not ready", [&] { return request("GET", installation.port(), "/readyz").status == 503; });
  const json::value body = json::parse(request("GET", installation.port(), "/readyz").body);
  EXPECT_EQ(body.at("not_texting").at("no_funds"), 1);
  EXPECT_EQ(json::serialize(body).find("demo@example.test"), std::string::npos) << "anybody may ask";
  EXPECT_EQ(request("GET", installation.port(), "/healthz").status, 200);

  const json::value listed = installation.json({"profile", "list", "--json"})[0];
  EXPECT_EQ(listed.at("state"), "not_texting");
  EXPECT_EQ(listed.at("reason"), "no_funds");
  const Finished check = installation.cli({"check"});
  EXPECT_EQ(check.code, 1);
  EXPECT_NE(check.output.find("WRONG  profile 1: Not texting: the VoIP.ms balance is used up"),
            std::string::npos)
      << check.output;
}

TEST_F(Service, SmsOffIsToldWhereverItIsAskedFor) {
  simulator.control("POST", "accounts",
                    R"({"email":"demo@example.test","dids":[{"did":"4165550100","sms_enabled":false}]})");
  start_with_profile();
  eventually("it is not ready", [&] { return request("GET", installation.port(), "/readyz").status == 503; });
  EXPECT_NE(request("GET", installation.port(), "/readyz").body.find(R"("sms_off":1)"), std::string::npos);
  const std::string listed = installation.cli({"profile", "list"}).output;
  EXPECT_NE(listed.find("Not texting: SMS is switched off"), std::string::npos) << listed;
}

TEST_F(Service, RefusedTextsAreToldOverARestartUntilOneIsAccepted) {
  start_with_profile();
  const auto readiness = [&] { return request("GET", installation.port(), "/readyz").body; };
  eventually("it is ready", [&] { return readiness().find(R"("ready")") != std::string::npos; });
  simulator.control("POST", "faults",
                    R"({"method":"sendSMS","kind":"status","status":"invalid_did","count":2})");
  call("5551230001");
  call("5551230002");
  eventually("two texts are refused",
             [&] { return readiness().find(R"("texts_refused":1)") != std::string::npos; });
  installation.stop();
  installation.start();
  polled();
  eventually("it is known still",
             [&] { return readiness().find(R"("texts_refused":1)") != std::string::npos; });
  call("5551230003");
  eventually("it is ready again",
             [&] { return readiness().find(R"("status":"ready")") != std::string::npos; });
}

TEST_F(Service, AnswersHealthAndReadiness) {
  start_with_profile();
  EXPECT_EQ(request("GET", installation.port(), "/healthz").status, 200);
  EXPECT_EQ(request("GET", installation.port(), "/readyz").status, 200);
  EXPECT_EQ(request("POST", installation.port(), "/readyz").status, 405);
  EXPECT_EQ(request("GET", installation.port(), "/nothing").status, 404);
}

TEST_F(Service, ShowsTheTimeOfTheLastGoodPollAndTheLastError) {
  start_with_profile();
  eventually("a good poll is shown", [&] {
    return !installation.json({"profile", "list", "--json"})[0].at("last_good_poll").is_null();
  });
  simulator.control("POST", "accounts", R"({"email":"demo@example.test","allowed_ip":"192.0.2.7"})");
  eventually("the error is shown", [&] {
    const json::value error = installation.json({"profile", "list", "--json"})[0].at("last_error");
    return !error.is_null() && text_of(error).find("IP address") != std::string::npos;
  });
  EXPECT_NE(installation.service().errors().find("account_troubled"), std::string::npos);
}

TEST_F(Service, GoesOnAfterARestartAndAnswersWhatItMissed) {
  start_with_profile();
  call("5551230001");
  eventually_texts(1);
  installation.stop();
  call("5551230002");
  installation.start();
  eventually_texts(2);
  for (int i = 0; i < 2; ++i) polled();
  EXPECT_EQ(simulator.texts().size(), 2U);
}

TEST_F(Service, StopsWithinItsGraceEvenWhenATextHangs) {
  installation.environment["SMS_NOTIFIER_MONITOR_SHUTDOWN_GRACE"] = "1s";
  start_with_profile();
  simulator.control("POST", "faults", R"({"kind":"hang","method":"sendSMS"})");
  call("5551234567");
  eventually_state("5551234567", "sending");
  installation.stop();
  EXPECT_NE(installation.service().errors().find("service_stopped"), std::string::npos);
}

TEST_F(Service, StopsAtOnceAlthoughAPollAndHalfARequestAreUnderWay) {
  installation.environment["SMS_NOTIFIER_MONITOR_SHUTDOWN_GRACE"] = "10m";
  start_with_profile();
  simulator.control("POST", "faults", R"({"kind":"hang","method":"getCDR"})");
  const int before = simulator.polls(Installation::account);
  eventually("a poll that hangs", [&] { return simulator.polls(Installation::account) > before; });
  test_support::RawConnection half(installation.port());
  half.send("POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nuser");
  EXPECT_EQ(request("GET", installation.port(), "/healthz").status, 200);
  installation.stop();
}

TEST_F(Service, TellsTheServiceManagerHowItIs) {
  test_support::NotifySocket manager(installation.file("notify"));
  installation.environment["NOTIFY_SOCKET"] = manager.address();
  installation.start();
  std::vector<std::string> told{manager.next()};
  while (told.back() != "READY=1" && !told.back().empty()) told.push_back(manager.next());
  EXPECT_EQ(told.back(), "READY=1");
  EXPECT_EQ(manager.next(), "WATCHDOG=1");
  installation.stop();
  while (told.back() != "STOPPING=1" && !told.back().empty()) told.push_back(manager.next());
  EXPECT_EQ(told.back(), "STOPPING=1");
}

/// Runs the program with a SIGTERM that came before its first instruction.
Finished run_with_sigterm_waiting(const std::vector<std::string>& arguments,
                                  const std::map<std::string, std::string>& environment) {
  std::vector<std::string> shell{"--block-signal=TERM", "/bin/sh", "-c", "kill -TERM $$; exec \"$0\" \"$@\"",
                                 SMS_NOTIFIER_BINARY};
  shell.insert(shell.end(), arguments.begin(), arguments.end());
  return test_support::run("/usr/bin/env", shell, environment);
}

TEST_F(Service, EndsCleanlyWhenItIsToldToBeforeItHasStarted) {
  const Finished service = run_with_sigterm_waiting(
      {"serve", "--data", installation.folder(), "--listen", "127.0.0.1:0"}, installation.environment);
  EXPECT_EQ(service.code, 0) << service.errors;
  EXPECT_EQ(service.output.find("listens on"), std::string::npos);
}

TEST(Demo, EndsCleanlyWhenItIsToldToBeforeItHasStarted) {
  const test_support::TempFolder folder;
  const Finished demo = run_with_sigterm_waiting({"demo"}, {{"TMPDIR", folder.path().string()}});
  EXPECT_EQ(demo.code, 0) << demo.errors;
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST_F(Service, FindsATextWhoseAnswerWasLost) {
  start_with_profile();
  simulator.control("POST", "faults", R"({"kind":"close_after","method":"sendSMS","count":1})");
  call("5551234567");
  eventually_state("5551234567", "sent");
  EXPECT_EQ(simulator.texts().size(), 1U);
}

TEST_F(Service, SendsOnceMoreAfterProofThatTheTextDidNotGoOut) {
  start_with_profile();
  simulator.control("POST", "faults", R"({"kind":"reset_before","method":"sendSMS","count":1})");
  call("5551234567");
  eventually_state("5551234567", "sent");
  EXPECT_EQ(simulator.texts().size(), 1U);
  EXPECT_EQ(installation.calls()[0].at("reply").at("attempts").as_int64(), 2);
}

TEST_F(Service, DoesNotBelieveSmsFailed) {
  start_with_profile();
  simulator.control("POST", "faults",
                    R"({"kind":"status_after","status":"sms_failed","method":"sendSMS","count":1})");
  call("5551234567");
  eventually_state("5551234567", "sent");
  EXPECT_EQ(simulator.texts().size(), 1U);
}

TEST_F(Service, CallsARefusedTextRefused) {
  start_with_profile();
  simulator.control("POST", "accounts", R"({"email":"demo@example.test","refused_numbers":["5551234567"]})");
  call("5551234567");
  eventually_state("5551234567", "rejected");
  EXPECT_TRUE(simulator.texts().empty());
  EXPECT_EQ(installation.service().errors().find("text_sent"), std::string::npos);
}

TEST_F(Service, AfterAKillDuringASendAsksTheProviderBeforeAnythingElse) {
  start_with_profile();
  simulator.control("POST", "faults", R"({"kind":"latency","delay_ms":60000,"method":"sendSMS","count":1})");
  call("5551234567");
  eventually_state("5551234567", "sending");
  eventually_texts(1);
  installation.kill();
  installation.start();
  eventually_state("5551234567", "sent");
  EXPECT_EQ(simulator.texts().size(), 1U);
}

TEST_F(Service, ShowsUncertainWithItsEvidenceWhenNobodyCanSay) {
  start_with_profile();
  simulator.control("POST", "faults", R"({"kind":"accept_late","delay_ms":3600000,"method":"sendSMS"})");
  installation.cli({"profile", "stop", profile});
  installation.stop();
  installation.environment["SMS_NOTIFIER_MONITOR_SEND_TIMEOUT"] = "500ms";
  installation.environment["SMS_NOTIFIER_RECONCILE_NEGATIVE_WAIT"] = "200ms";
  installation.environment["SMS_NOTIFIER_RECONCILE_ACCEPTANCE_MAX"] = "100ms";
  installation.environment["SMS_NOTIFIER_RECONCILE_LOOK_GAP"] = "50ms";
  installation.start();
  installation.cli({"profile", "run", profile});
  // After the start the list is needed before a text may go out.
  eventually("the list has been looked at",
             [&] { return simulator.requests(Installation::account, "getMMS") > 0; });
  polled();
  simulator.control("POST", "faults", R"({"kind":"list_fail"})");
  call("5551234567");
  eventually_state("5551234567", "uncertain");
  EXPECT_NE(text_of(installation.calls()[0].at("reply").at("evidence")).find("VoIP.ms did not say"),
            std::string::npos);
}

TEST_F(Service, KeepsPasswordsOutOfUrlsLogsFilesAndProcessLists) {
  simulator.control("POST", "accounts", R"({"email":"demo@example.test","password":"canary-9f3k-secret"})");
  installation.write_file("password", "canary-9f3k-secret\r\n");
  installation.environment["SMS_NOTIFIER_LOG_LEVEL"] = "debug";
  installation.environment["SMS_NOTIFIER_LOG_TOKEN"] = "canary-log-token-77";
  start_with_profile();
  call("5551234567");
  eventually_texts(1);
  simulator.control("POST", "faults",
                    R"({"kind":"status","status":"invalid_credentials","method":"getCDR"})");
  eventually("the trouble is told",
             [&] { return installation.service().errors().find("account_troubled") != std::string::npos; });
  std::ifstream command_line("/proc/" + std::to_string(installation.service().pid()) + "/cmdline");
  std::ostringstream seen;
  seen << command_line.rdbuf();
  installation.stop();
  seen << installation.service().output() << installation.service().errors();
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"profile", "list", "--json"}, {"calls", "--json"}, {"check"}, {"serve", "--print-config"}}) {
    const Finished finished = installation.cli(arguments);
    seen << finished.output << finished.errors;
  }
  for (const auto& file : fs::recursive_directory_iterator(installation.folder())) {
    std::ifstream stream(file.path(), std::ios::binary);
    seen << stream.rdbuf();
  }
  EXPECT_EQ(seen.str().find("canary"), std::string::npos);
  EXPECT_FALSE(simulator.control("GET", "requests?account=demo@example.test").at("secret_in_url").as_bool());
}

TEST_F(Service, WritesStructuredLinesWithShortenedNumbers) {
  installation.environment["SMS_NOTIFIER_LOG_FORMAT"] = "json";
  start_with_profile();
  call("5551234567");
  installation.service().wait_for("text_sent");
  installation.stop();
  std::istringstream lines(installation.service().errors());
  for (std::string line; std::getline(lines, line);) EXPECT_NO_THROW(json::parse(line)) << line;
  EXPECT_EQ(installation.service().errors().find("5551234567"), std::string::npos);
}

TEST_F(Service, GoesOnTextingWhenTheReaderOfItsLogStopsReading) {
  installation.environment["SMS_NOTIFIER_LOG_LEVEL"] = "debug";
  start_with_profile();
  installation.service().stop_reading();
  polled();
  call("5551234567");
  eventually_texts(1);
  polled();
  EXPECT_EQ(request("GET", installation.port(), "/readyz").status, 200);
  eventually_state("5551234567", "sent");
  installation.service().read_again();
  installation.service().wait_for("text_sent");
  installation.stop();
}

TEST_F(Service, EndsAlthoughItsLogIsNeverReadAgain) {
  start_with_profile();
  installation.service().stop_reading();
  call("5551234567");
  eventually_texts(1);
  installation.stop();
  EXPECT_EQ(installation.service().errors().find("service_stopped"), std::string::npos);
}

TEST_F(Service, GoesOnTextingWhenTheReaderOfItsLogIsGone) {
  start_with_profile();
  installation.service().close_outputs();
  call("5551234567");
  eventually_texts(1);
  polled();
  EXPECT_EQ(request("GET", installation.port(), "/readyz").status, 200);
  installation.stop();
}

/// Starts the service from a shell, with the streams as `redirections` say.
void expect_a_text_with(const std::string& redirections, Installation& installation,
                        const Simulator& simulator) {
  installation.add_profile();
  Process shell("/bin/sh",
                {"-c", "exec \"$0\" serve --data \"$1\" --listen 127.0.0.1:0 " + redirections,
                 SMS_NOTIFIER_BINARY, installation.folder()},
                installation.environment);
  const int before = simulator.polls(Installation::account);
  eventually("two polls", [&] { return simulator.polls(Installation::account) >= before + 2; });
  simulator.call(Installation::account, "5551234567");
  eventually("a text", [&] { return simulator.texts().size() == 1; });
  shell.signal(SIGTERM);
  EXPECT_EQ(shell.wait(), 0);
  test_support::check_database(installation.database());
}

TEST_F(Service, GoesOnTextingWhenTheDiskOfItsLogIsFull) {
  expect_a_text_with(">/dev/full 2>&1", installation, simulator);
}

TEST_F(Service, GoesOnTextingWithoutAnyStandardStreams) {
  expect_a_text_with("<&- >&- 2>&-", installation, simulator);
}

TEST_F(Service, MakesItsFolderAndKeyPrivate) {
  start_with_profile();
  using fs::perms;
  EXPECT_EQ(fs::status(installation.folder()).permissions(), perms::owner_all);
  for (const char* file : {"secret.key", "sms-notifier.db", "sms-notifier.lock"})
    EXPECT_EQ(fs::status(installation.folder() + "/" + file).permissions(),
              perms::owner_read | perms::owner_write)
        << file;
}

TEST(Demo, ShowsATextWithinItsFirstMinute) {
  Process demo(SMS_NOTIFIER_BINARY, {"demo"});
  demo.wait_for("text sent");
  demo.wait_for("The caller's phone shows");
  demo.signal(SIGINT);
  EXPECT_EQ(demo.wait(), 0);
}

class DemoFolder : public ::testing::Test {
 protected:
  void run_demo(const std::map<std::string, std::string>& environment = {}) {
    Process demo(SMS_NOTIFIER_BINARY, {"demo", "--data", data}, environment);
    const std::string dashboard = demo.wait_for("The dashboard:");
    const auto port = static_cast<std::uint16_t>(std::stoi(dashboard.substr(dashboard.rfind(':') + 1)));
    eventually("the demo is ready", [&] { return request("GET", port, "/readyz").status == 200; });
    demo.signal(SIGTERM);
    EXPECT_EQ(demo.wait(), 0);
  }

  test_support::TempFolder folder;
  const std::string data = folder.file("data");
};

TEST_F(DemoFolder, IsNotTakenByTheServiceButByAnotherDemo) {
  run_demo();
  const Finished served = run(SMS_NOTIFIER_BINARY, {"serve", "--data", data, "--listen", "127.0.0.1:0"});
  EXPECT_EQ(served.code, 1);
  EXPECT_NE(served.errors.find(data + " is of sms-notifier demo"), std::string::npos) << served.errors;
  const Finished by_its_database =
      run(SMS_NOTIFIER_BINARY, {"serve", "--data", folder.file("other"), "--listen", "127.0.0.1:0"},
          {{"SMS_NOTIFIER_STORAGE_URL", "sqlite:" + data + "/sms-notifier.db"}});
  EXPECT_EQ(by_its_database.code, 1);
  EXPECT_NE(by_its_database.errors.find("is of sms-notifier demo"), std::string::npos)
      << by_its_database.errors;
  run_demo();
}

TEST_F(DemoFolder, WithOtherDataIsRefusedAndLeftAsItIs) {
  for (const char* held : {"sms-notifier.db", "secret.key", "letter.txt"}) {
    const fs::path place = folder.file(std::string("of-") + held);
    fs::create_directory(place);
    std::ofstream(place / held) << "mine";
    const Finished refused = run(SMS_NOTIFIER_BINARY, {"demo", "--data", place.string()});
    EXPECT_EQ(refused.code, 1);
    EXPECT_NE(refused.errors.find("holds other data"), std::string::npos) << refused.errors;
    EXPECT_EQ(std::distance(fs::directory_iterator(place), fs::directory_iterator()), 1) << held;
  }
}

TEST_F(DemoFolder, IsAllThatTheDemoWritesToWhateverTheSettingsSay) {
  const std::string real = folder.file("real.db");
  run_demo({{"SMS_NOTIFIER_STORAGE_URL", "sqlite:" + real}, {"SMS_NOTIFIER_DATA", folder.file("real")}});
  EXPECT_FALSE(fs::exists(real));
  EXPECT_FALSE(fs::exists(folder.file("real")));
  EXPECT_TRUE(fs::exists(data + "/sms-notifier.db"));
}

TEST(Demo, GoesOnWhenItsTerminalStopsReading) {
  Process demo(SMS_NOTIFIER_BINARY, {"demo"});
  const std::string dashboard = demo.wait_for("The dashboard:");
  const auto port = static_cast<std::uint16_t>(std::stoi(dashboard.substr(dashboard.rfind(':') + 1)));
  demo.stop_reading();
  eventually("the demo is ready", [&] {
    const auto answer = request("GET", port, "/readyz");
    return answer.status == 200;
  });
  demo.signal(SIGTERM);
  EXPECT_EQ(demo.wait(), 0);
}

}  // namespace
}  // namespace sms_notifier::functional
