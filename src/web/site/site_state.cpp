#include "web/site/site_state.h"

#include <fmt/format.h>

#include "domain/sentences.h"
#include "web/view/embedded.h"
#include "web/view/paging.h"

namespace sms_notifier::web {

namespace {

/// Longer links lead to the first page: no page of ours has such an address.
constexpr std::size_t link_bytes_max = 2000;

std::string in_other_language(const Visit& visit) {
  const std::string_view other =
      code_of(visit.language == Language::English ? Language::French : Language::English);
  // A page that answered a form is not there for GET.
  if (visit.request.method == "GET") {
    std::string link = local_path(visit.request.path) + with_field(visit.query, "lang", other);
    if (link.size() <= link_bytes_max) return link;
  }
  return "/" + with_field({}, "lang", other);
}

}  // namespace

SiteState::SiteState(SitePorts the_world, SiteOptions site_options)
    : ports(the_world),
      options(std::move(site_options)),
      proxies(options.trusted_proxies),
      live(ports.clock),
      tallies(ports.calls, chart_period),
      refusals(ports.audit),
      setup_token(ports.mint.make()) {}

app::Act SiteState::act(const Visit& visit) const {
  using Kind = app::Actor::Kind;
  app::Actor actor{Kind::Stranger, {}, {}, visit.address, {}};
  // Where a token is asked for, it is what lets the visitor in, whatever cookies come along.
  if (visit.token) {
    actor.kind = Kind::Program;
    actor.name = visit.token->user_name;
    actor.token = visit.token->name;
  } else if (visit.session) {
    actor.kind = Kind::Person;
    actor.name = visit.session->user_name;
    actor.session = visit.session->id;
  }
  return {now(), std::move(actor)};
}

base::task<> SiteState::refused(const Visit& visit, app::AuditAction action, std::string_view path) {
  app::AuditRow row{0, act(visit), action, {}, {}};
  if (!path.empty()) row.details.push_back({"path", std::nullopt, std::string(path)});
  co_await refusals.note(std::move(row));
}

void SiteState::notice(const Visit& visit, domain::Sentence what, bool good) {
  constexpr std::size_t sessions_max = 1000;
  if (!visit.session) return;
  if (notices.size() >= sessions_max) notices.erase(notices.begin());
  notices[visit.session->id].push_back({good, std::move(what)});
}

Page SiteState::page(const Visit& visit, std::string_view name, domain::Key title) {
  Page page(visit.language, name);
  Values layout = page.layout();
  layout.set("LANGUAGE", code_of(visit.language));
  layout.set("TITLE", visit.words().say(title));
  layout.set("STYLE", asset_url("style.css"));
  layout.set("MORPH_SCRIPT", asset_url("idiomorph.min.js"));
  layout.set("SCRIPT", asset_url("app.js"));
  layout.set("ICON", asset_url("icon.svg"));
  layout.show(visit.language == Language::English ? "IN_ENGLISH" : "IN_FRENCH");
  layout.set("OTHER_LANGUAGE", in_other_language(visit));
  if (visit.session) {
    Values person = layout.add("PERSON");
    person.set("USER", visit.session->user_name);
    const std::string& path = visit.request.path;
    for (const auto& [start, mark] : {std::pair("/calls", "ON_CALLS"), std::pair("/log", "ON_LOG"),
                                      std::pair("/users", "ON_USERS"), std::pair("/audit", "ON_AUDIT")})
      person.show_if(path.starts_with(start), mark);
    person.show_if(path == "/", "ON_DASHBOARD");
    // Not when the script of another window looks at its page again.
    const auto waiting = visit.is_refresh() ? notices.end() : notices.find(visit.session->id);
    if (waiting != notices.end()) {
      for (const Notice& notice : waiting->second) {
        Values shown = layout.add("NOTICE");
        shown.set("WORDS", visit.words().say(notice.what));
        shown.set("KIND", notice.good ? "good" : "bad");
      }
      notices.erase(waiting);
    }
  }
  page.body().set("CSRF_TOKEN", visit.csrf_token);
  return page;
}

http::Response SiteState::complain(const Visit& visit, int status, const domain::Sentence& why) {
  return complain_in_words(visit, status, visit.words().say(why));
}

http::Response SiteState::complain_in_words(const Visit& visit, int status, std::string_view words) {
  Page shown = page(visit, "complaint", "Page not shown"_key);
  shown.body().set("WORDS", words);
  return http::Response::html(shown.html(), status);
}

base::task<std::optional<app::ProfileView>> SiteState::profile_in_path(const Visit& visit) const {
  const auto id = whole_number(visit.captures.at(0));
  if (!id) co_return std::nullopt;
  co_return co_await ports.settings.profile(domain::ProfileId(*id));
}

std::string SiteState::time_text(base::Instant at) const {
  return domain::to_string(ports.zone.wall_time(at));
}

std::string SiteState::time_text_with_offset(base::Instant at) const {
  const domain::WallTime wall = ports.zone.wall_time(at);
  const auto offset = std::chrono::floor<std::chrono::minutes>(
      wall.time.time_since_epoch() - std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()));
  const std::chrono::hh_mm_ss parts(std::chrono::abs(offset));
  return fmt::format("{} {}{:02}:{:02}", domain::to_string(wall), offset.count() < 0 ? '-' : '+',
                     parts.hours().count(), parts.minutes().count());
}

std::string asset_url(std::string_view name) {
  const EmbeddedFile& file = embedded_file("assets/" + std::string(name));
  return "/assets/" + std::string(file.hash) + "/" + std::string(name);
}

}  // namespace sms_notifier::web
