#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "http/form.h"
#include "simulator/world.h"

namespace sms_notifier::simulator {

/// 2026-07-15 18:20:30 UTC, a summer afternoon: 14:20:30 in Toronto.
constexpr base::Instant summer_afternoon{std::chrono::seconds{1'784'139'630}};

/// A world with the demo account, and the requests that its owner's programs make.
class ProviderTest : public testing::Test {
 protected:
  using Extra = std::vector<std::pair<std::string, std::string>>;

  static constexpr std::string_view did = "4165550100";
  static constexpr std::string_view caller = "5145550123";

  static WorldOptions demo_options() {
    WorldOptions options;
    options.accounts.push_back(demo_account());
    return options;
  }

  /// The request with these fields, the later ones in place of earlier ones of the same name.
  http::Fields request(std::string_view method, const Extra& extra = {}) const {
    http::Fields fields{{"api_username", "demo@example.test"},
                        {"api_password", std::string(default_password)},
                        {"method", std::string(method)}};
    if (method == "getCDR")
      set(fields, {{"date_from", "2026-07-15"},
                   {"date_to", "2026-07-15"},
                   {"timezone", "-5"},
                   {"answered", "1"},
                   {"noanswer", "1"},
                   {"busy", "1"},
                   {"failed", "1"}});
    if (method == "sendSMS" || method == "sendMMS")
      set(fields,
          {{"did", std::string(did)}, {"dst", std::string(caller)}, {"message", "We missed your call"}});
    set(fields, extra);
    return fields;
  }
  std::string ask(std::string_view method, const Extra& extra = {}) {
    return world.handle(request(method, extra), now).body;
  }

  std::string place(CallSpec call = {}) {
    if (call.account.empty()) call.account = "demo@example.test";
    if (call.did.empty()) call.did = did;
    return world.place_call(call, now).value();
  }
  void change(const std::function<void(AccountSettings&)>& edit) {
    AccountSettings settings = *world.account("demo@example.test");
    edit(settings);
    world.put_account(settings);
  }
  std::size_t texts_at_the_phone() { return world.delivered(now).size(); }

  /// The value of the first such field of an answer whose values are strings.
  static std::string value(const std::string& body, std::string_view name) {
    const std::string mark = "\"" + std::string(name) + "\":\"";
    const auto start = body.find(mark);
    if (start == std::string::npos) return "";
    return body.substr(start + mark.size(), body.find('"', start + mark.size()) - start - mark.size());
  }
  static std::size_t occurrences(const std::string& body, std::string_view text) {
    std::size_t count = 0;
    for (auto at = body.find(text); at != std::string::npos; at = body.find(text, at + 1)) ++count;
    return count;
  }
  static std::size_t rows(const std::string& body) { return occurrences(body, "\"date\":"); }

  World world{demo_options()};
  base::Instant now = summer_afternoon;

 private:
  static void set(http::Fields& fields, const Extra& extra) {
    for (const auto& [name, text] : extra) {
      std::erase_if(fields, [&wanted = name](const auto& entry) { return entry.first == wanted; });
      fields.emplace_back(name, text);
    }
  }
};

MATCHER_P(HasStatus, word, "") {
  return arg.starts_with("{\"status\":\"" + std::string(word) + "\"");
}

}  // namespace sms_notifier::simulator
