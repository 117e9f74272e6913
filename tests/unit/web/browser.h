#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "platform/time_zone.h"
#include "platform/token_mint.h"
#include "platform/vault.h"
#include "support/fake_provider.h"
#include "support/memory_store.h"
#include "support/run_task.h"
#include "support/virtual_loop.h"
#include "web/site/site.h"

namespace sms_notifier::web {

/// Hashes at once, and in a way that everybody can read.
class PlainDesk final : public app::PasswordDesk {
 public:
  static std::string hash_of(const std::string& password) { return "hash of " + password; }
  base::task<std::optional<std::string>> hash(base::Secret password) override;
  base::task<Verdict> verify(Asker asker, base::Secret password, std::optional<std::string> hash) override;

  void close() override {}

  int verifications = 0;
  bool old_hashes = false;
  bool full_for_strangers = false;
  std::vector<Asker> askers;
};

/// The pages over the in-memory store, on virtual time, with one user: anna.
class Pages {
 public:
  /// The key is the data folder's; a new one when none is given.
  explicit Pages(SiteOptions options = usual(), std::optional<base::Secret> key_given = std::nullopt);
  static SiteOptions usual();

  std::unique_ptr<domain::TimeZone> zone;
  test_support::VirtualLoop loop;
  test_support::FakeProvider provider;
  test_support::MemoryStore store;
  PlainDesk desk;
  std::unique_ptr<app::TokenMint> mint;
  std::unique_ptr<app::Vault> vault;
  Readiness readiness{true, "", {}};
  std::vector<app::PageFailed> failures;
  Site site;

  domain::ProfileId add_profile(const std::string& account = "owner@clinic.example",
                                const std::string& did = "5550100199",
                                const std::string& message = "Sorry we missed you.");
};

/// A person with a browser: keeps cookies, and says where forms come from.
class Browser {
 public:
  explicit Browser(Pages& pages) : pages_(pages) {}

  http::Response get(const std::string& path) { return send("GET", path, ""); }
  /// With the form token of this browser's session.
  http::Response post(const std::string& path, http::Fields fields = {});
  http::Response send(const std::string& method, const std::string& path, const std::string& body);
  http::Response log_in(const std::string& name = "anna", const std::string& password = "correct horse");
  /// What stands in the hidden field of any page; empty when no user is logged in.
  std::string csrf_token();

  std::map<std::string, std::string> cookies;
  /// Sent with each request.
  std::map<std::string, std::string> headers{{"Host", "sms.example.com"},
                                             {"Content-Type", "application/x-www-form-urlencoded"}};
  std::string peer = "198.51.100.7";

 private:
  Pages& pages_;
};

std::string header_of(const http::Response& response, const std::string& name);
/// What a streamed answer writes.
std::string body_of(const http::Response& response);
bool holds(const std::string& text, const std::string& part);

}  // namespace sms_notifier::web
