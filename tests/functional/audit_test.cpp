// One act by page, by API and by command: the audit trail tells of it in the same words but for the actor.

#include <algorithm>
#include <functional>

#include <gtest/gtest.h>

#include "app/ports/audit_trail.h"
#include "platform/vault.h"
#include "storage/sqlite/store.h"
#include "support/installation/installation.h"
#include "support/raw_connection.h"
#include "support/run_task.h"

namespace sms_notifier::functional {
namespace {

namespace json = boost::json;

using test_support::between;
using test_support::Installation;
using test_support::RawConnection;
using test_support::run_task;
using test_support::Simulator;
using Kind = app::Actor::Kind;

class SameAct : public ::testing::Test {
 protected:
  SameAct() {
    installation.start();
    const std::string url = installation.service().wait_for("Make the first user here: ");
    const std::string user =
        std::string("&username=anna&password=") + password + "&password_again=" + password;
    send("GET", "/setup?token=guess", "", form);
    cookie = session_in(send("POST", "/setup", "token=" + url.substr(url.find("token=") + 6) + user, form));
    token = between(post("/tokens/add", "name=tests"), "<code class=\"token\">", "</code>");
  }

  static constexpr const char* password = "correct-horse";
  static constexpr const char* form = "application/x-www-form-urlencoded";

  static std::string session_in(const std::string& answer) {
    const std::string set = test_support::header_of(answer, "Set-Cookie");
    return set.substr(0, set.find(';'));
  }
  /// With cookie and token at once: where a token is asked for, it says who acts.
  std::string send(const std::string& method, const std::string& path, const std::string& body,
                   const std::string& type) const {
    std::string head = method + " " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: " + type + "\r\n";
    if (!cookie.empty()) head += "Cookie: " + cookie + "\r\n";
    if (!token.empty()) head += "Authorization: Bearer " + token + "\r\n";
    RawConnection connection(installation.port());
    connection.send(head + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    return connection.read_answer();
  }
  /// With the form token of the session.
  std::string post(const std::string& path, const std::string& fields) const {
    const std::string csrf = between(send("GET", "/users/", "", form), "name=\"csrf_token\" value=\"", "\"");
    return send("POST", path, "csrf_token=" + csrf + "&" + fields, form);
  }
  void call(const std::string& method, const std::string& path, const std::string& body = "") const {
    const int status = test_support::status_of(send(method, path, body, "application/json"));
    EXPECT_TRUE(status >= 200 && status < 300) << method << " " << path << " " << status;
  }
  void command(std::vector<std::string> arguments) {
    const auto done = installation.cli(std::move(arguments));
    EXPECT_EQ(done.code, 0) << done.errors;
  }

  std::vector<app::AuditRow> rows() const {
    const auto vault = platform::make_vault(platform::make_vault_key());
    const auto store = storage::open_sqlite({installation.database()}, *vault);
    return run_task(store->audit_rows(std::nullopt, 1000));
  }

  /// Does it, and gives the rows that it wrote, oldest first, with what the store numbers taken out.
  std::vector<app::AuditRow> told_of(const std::function<void()>& act, Kind expected_actor) const {
    const std::size_t before = rows().size();
    act();
    std::vector<app::AuditRow> all = rows();
    all.resize(all.size() - before);
    std::reverse(all.begin(), all.end());
    for (app::AuditRow& row : all) {
      EXPECT_EQ(to_code(row.act.actor.kind), to_code(expected_actor)) << to_code(row.action);
      EXPECT_NE(row.act.actor.name, "");
      row.target.id.reset();
    }
    return all;
  }

  struct Ways {
    std::function<void()> page, api, command;  ///< empty: it cannot be done so
    std::function<void()> prepare;             ///< before each
  };
  void expect_same_rows(const Ways& ways) const {
    std::vector<std::vector<app::AuditRow>> told;
    const auto by = [&](const std::function<void()>& way, Kind kind) {
      if (!way) return;
      if (ways.prepare) ways.prepare();
      told.push_back(told_of(way, kind));
    };
    by(ways.page, Kind::Person);
    by(ways.api, Kind::Program);
    by(ways.command, Kind::CommandLine);
    ASSERT_GE(told.size(), 2U);
    for (const auto& rows_of_one : told) {
      ASSERT_EQ(rows_of_one.size(), told[0].size());
      ASSERT_FALSE(rows_of_one.empty());
      for (std::size_t n = 0; n < rows_of_one.size(); ++n) {
        EXPECT_EQ(to_code(rows_of_one[n].action), to_code(told[0][n].action));
        EXPECT_EQ(rows_of_one[n].target, told[0][n].target);
        EXPECT_EQ(rows_of_one[n].details, told[0][n].details);
      }
    }
  }

  /// The id of the only profile.
  std::string profile() {
    return std::to_string(installation.json({"profile", "list", "--json"})[0].at("id").as_int64());
  }
  void delete_profiles() {
    for (const json::value& one : installation.json({"profile", "list", "--json"}))
      command({"profile", "delete", std::to_string(one.at("id").as_int64())});
  }
  void renew_profile() {
    delete_profiles();
    installation.add_profile("Sorry we missed you.");
  }
  std::string path_of_profile(const std::string& page, const std::string& end = "") {
    return page + profile() + end;
  }

  Simulator simulator;
  Installation installation{simulator};
  std::string cookie;
  std::string token;
  const std::string account = Installation::account;
  const std::string did = Installation::did;
};

TEST_F(SameAct, OfMakingAProfileIsToldAlike) {
  const std::string secret = "demo-api-password";
  const std::string file = installation.write_file("api", secret);
  expect_same_rows({[&] {
                      post("/create/",
                           "name=" + account + "&did=" + did +
                               "&message=Hello&call_duration=7&wait=20&cooldown=48" +
                               "&history_size=30&hours=mon-fri+09:00-17:00&dry_run=on&password=" + secret);
                    },
                    [&] {
                      json::object body{{"account", account},
                                        {"did", did},
                                        {"message", "Hello"},
                                        {"call_duration", 7},
                                        {"wait", 20},
                                        {"cooldown", 48},
                                        {"history_size", 30},
                                        {"dry_run", true},
                                        {"api_password", secret},
                                        {"hours", "mon-fri 09:00-17:00"}};
                      call("POST", "/api/v1/profiles", json::serialize(body));
                    },
                    [&] {
                      command({"profile",
                               "add",
                               "--account",
                               account,
                               "--did",
                               did,
                               "--message",
                               "Hello",
                               "--call-duration",
                               "7",
                               "--wait",
                               "20",
                               "--cooldown",
                               "48",
                               "--history-size",
                               "30",
                               "--hours",
                               "mon-fri 09:00-17:00",
                               "--dry-run",
                               "--api-password-file",
                               file});
                    },
                    [&] { delete_profiles(); }});
}

TEST_F(SameAct, OfChangingAProfileIsToldAlikeWithWhatChanged) {
  expect_same_rows(
      {[&] {
         post(path_of_profile("/edit/"),
              "name=" + account + "&did=" + did + "&message=Call+again&call_duration=10&wait=0&cooldown=12");
       },
       [&] {
         call("PUT", path_of_profile("/api/v1/profiles/"), R"({"message":"Call again","cooldown":12})");
       },
       [&] {
         command({"profile", "edit", profile(), "--message", "Call again", "--cooldown", "12"});
       },
       [&] { renew_profile(); }});
  const std::vector<app::AuditDetail> changes{{"message", "Sorry we missed you.", "Call again"},
                                              {"cooldown", "24", "12"}};
  EXPECT_EQ(rows()[0].details, changes);
}

TEST_F(SameAct, OfANewApiPasswordIsToldAlikeAndWithoutIt) {
  const std::string secret = "another-password";
  const std::string file = installation.write_file("api", secret);
  expect_same_rows({[&] {
                      post(path_of_profile("/edit/"), "name=" + account + "&did=" + did +
                                                          "&message=Sorry+we+missed+you.&call_duration=10" +
                                                          "&wait=0&cooldown=24&password=" + secret);
                    },
                    [&] {
                      call("PUT", path_of_profile("/api/v1/profiles/"),
                           json::serialize(json::object{{"api_password", secret}}));
                    },
                    [&] {
                      command({"profile", "edit", profile(), "--api-password-file", file});
                    },
                    [&] { renew_profile(); }});
  const std::vector<app::AuditDetail> secrets{{"api_password", std::nullopt, std::nullopt}};
  EXPECT_EQ(rows()[0].details, secrets);
}

TEST_F(SameAct, OfStartingAndStoppingAProfileIsToldAlike) {
  renew_profile();
  const std::string id = profile();
  expect_same_rows({[&] { post("/run_item/" + id, "action=stop"); },
                    [&] { call("POST", "/api/v1/profiles/" + id + "/stop"); },
                    [&] {
                      command({"profile", "stop", id});
                    },
                    {}});
  expect_same_rows({[&] { post("/run_item/" + id, "action=run"); },
                    [&] { call("POST", "/api/v1/profiles/" + id + "/run"); },
                    [&] {
                      command({"profile", "run", id});
                    },
                    {}});
}

TEST_F(SameAct, OfDeletingAProfileIsToldAlikeWithWhatItWas) {
  expect_same_rows({[&] { post(path_of_profile("/delete/"), ""); },
                    [&] { call("DELETE", path_of_profile("/api/v1/profiles/")); },
                    [&] {
                      command({"profile", "delete", profile()});
                    },
                    [&] { renew_profile(); }});
  EXPECT_FALSE(rows()[0].details.empty());
}

TEST_F(SameAct, OfSettingUpIsPrecededByTheLinkThatWasWrong) {
  const std::vector<app::AuditRow> all = rows();
  ASSERT_GE(all.size(), 3U);
  EXPECT_EQ(to_code(all[all.size() - 1].action), "set_up_refused");
  EXPECT_EQ(to_code(all[all.size() - 1].act.actor.kind), "stranger");
  EXPECT_EQ(to_code(all[all.size() - 2].action), "set_up");
  EXPECT_EQ(to_code(all[all.size() - 3].action), "login");
}

TEST_F(SameAct, OfAddingAndRemovingAUserIsToldAlike) {
  const std::string file = installation.write_file("user-password", password);
  expect_same_rows({[&] { post("/users/add", std::string("username=Ben&password=") + password); },
                    {},
                    [&] {
                      command({"user", "add", "Ben", "--password-file", file});
                    },
                    [&] {
                      installation.cli({"user", "remove", "ben"});
                    }});
  expect_same_rows({[&] { post("/users/remove", "username=BEN"); },
                    {},
                    [&] {
                      command({"user", "remove", "BEN"});
                    },
                    [&] {
                      installation.cli({"user", "add", "Ben", "--password-file", file});
                    }});
}

TEST_F(SameAct, OfChangingAPasswordIsToldAlike) {
  const std::string file = installation.write_file("user-password", password);
  const std::string both = std::string("present_password=") + password + "&password=" + password;
  expect_same_rows({[&] { post("/users/password", both); },
                    {},
                    [&] {
                      command({"user", "passwd", "anna", "--password-file", file});
                    },
                    {}});
}

}  // namespace
}  // namespace sms_notifier::functional
