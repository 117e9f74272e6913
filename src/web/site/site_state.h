#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "app/health/profile_states.h"
#include "app/people/refusals.h"
#include "app/ports/audit_trail.h"
#include "app/ports/call_history.h"
#include "app/ports/clock.h"
#include "app/ports/log_book.h"
#include "app/ports/order_book.h"
#include "app/ports/password_desk.h"
#include "app/ports/provider.h"
#include "app/ports/sessions.h"
#include "app/ports/settings.h"
#include "app/ports/token_mint.h"
#include "app/ports/users.h"
#include "app/ports/vault.h"
#include "app/texts/orders.h"
#include "domain/wall_time.h"
#include "http/server.h"
#include "web/pages/recent_tallies.h"
#include "web/site/board.h"
#include "web/site/drafts.h"
#include "web/site/live.h"
#include "web/site/login_guard.h"
#include "web/site/trusted_proxies.h"
#include "web/site/visit.h"
#include "web/view/view.h"

namespace sms_notifier::web {

/// How far back charts go.
constexpr std::chrono::days chart_period{30};

/// The world, as the pages see it. Everything is used on the web loop.
struct SitePorts {
  app::Clock& clock;
  app::Provider& provider;
  app::CallHistory& calls;
  app::OrderBook& orders;
  app::Settings& settings;
  app::LogBook& log;
  app::Users& users;
  app::Sessions& sessions;
  app::AuditTrail& audit;
  app::PasswordDesk& passwords;
  app::TokenMint& mint;
  app::Vault& vault;
  const domain::TimeZone& zone;
};

struct SiteOptions {
  /// Tells this installation from others on the same host, whose cookies the browser sends along; the same
  /// after a restart.
  std::string installation;
  std::string public_url;  ///< empty, or what people type: `https://sms.example.com`
  std::vector<std::string> trusted_proxies;
  base::Secret log_token;  ///< of POST /log/
  base::Duration poll_interval = std::chrono::seconds{10};
  app::OrderTerms order_terms;
  /// How long the page waits for the end of a test text before it answers.
  base::Duration test_text_wait = std::chrono::seconds{20};
  app::SessionLimits session_limits;
};

struct Readiness {
  bool ready = false;
  std::string why_not;                             ///< a sentence; empty when ready
  std::optional<app::StateTally> profiles;         ///< nothing when they could not be looked at
  std::optional<base::Duration> clock_ahead = {};  ///< of ours before the provider's, while it is wrong
};

/// A short message on the next page that the user sees.
struct Notice {
  bool good = true;
  domain::Sentence what;
};

/// What the pages share. Belongs to the web loop.
struct SiteState {
  SiteState(SitePorts the_world, SiteOptions site_options);

  SitePorts ports;
  SiteOptions options;
  std::function<base::task<Readiness>()> readiness;
  std::function<base::task<std::string>()> metrics;
  std::optional<std::pair<base::Monotonic, Readiness>> last_readiness;
  TrustedProxies proxies;
  Board board;
  Live live;
  RecentTallies tallies;
  LoginGuard login_guard;
  app::Refusals refusals;
  int slowed_logins = 0;  ///< are being held back
  Drafts drafts;
  /// By session.
  std::map<std::int64_t, std::vector<Notice>> notices;
  /// Lets the visitor who knows it make the first user, as long as there is none.
  base::Secret setup_token;

  base::Instant now() const { return ports.clock.now(); }
  app::StateTerms state_terms() const {
    return {options.poll_interval, options.order_terms.texts_per_day, board.storage_trouble().empty(),
            board.clock_ahead().value_or(base::Duration::zero()), board.record_zone_holds()};
  }
  app::OrderTerms order_terms() const {
    app::OrderTerms terms = options.order_terms;
    terms.clock_ahead = board.clock_ahead().value_or(base::Duration::zero());
    return terms;
  }
  /// What the visitor does now: who it is as far as the gates found out.
  app::Act act(const Visit& visit) const;
  /// Writes down what was refused to the visitor; `path` is the route's.
  base::task<> refused(const Visit& visit, app::AuditAction action, std::string_view path = {});
  /// Shown on the next page.
  void notice(const Visit& visit, domain::Sentence what, bool good = true);

  /// A page with everything that stands around each page. Takes the notices.
  Page page(const Visit& visit, std::string_view name, domain::Key title);
  /// A page of one sentence: what is wrong and what to do.
  http::Response complain(const Visit& visit, int status, const domain::Sentence& why);
  /// The same in words of the person's language.
  http::Response complain_in_words(const Visit& visit, int status, std::string_view words);

  /// The profile whose id stands in the path.
  base::task<std::optional<app::ProfileView>> profile_in_path(const Visit& visit) const;

  /// `2026-11-24 14:03:10` on the business's clock.
  std::string time_text(base::Instant at) const;
  /// `2026-11-01 01:30:00 -04:00`, for files: 1:30 comes twice in the night on which clocks go back.
  std::string time_text_with_offset(base::Instant at) const;
};

/// Where a file of `web/assets` is found: a new address whenever it changes, so that browsers may keep it.
std::string asset_url(std::string_view name);

}  // namespace sms_notifier::web
