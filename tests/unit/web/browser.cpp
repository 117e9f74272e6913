#include "unit/web/browser.h"

namespace sms_notifier::web {
namespace {

const base::Instant start{std::chrono::hours{24 * 20'775 + 17}};  // 2026-11-18, noon in Toronto

SitePorts ports_of(Pages& pages) {
  return {pages.loop,  pages.provider, pages.store, pages.store, pages.store,  pages.store, pages.store,
          pages.store, pages.store,    pages.desk,  *pages.mint, *pages.vault, *pages.zone};
}

base::task<Readiness> as_is(const Readiness& readiness) {
  co_return readiness;
}

base::task<std::string> some_metrics() {
  co_return "polls_total 1\n";
}

class Collector final : public http::BodyWriter {
 public:
  base::task<bool> write(std::string_view piece) override {
    text += piece;
    co_return true;
  }
  std::string text;
};

}  // namespace

base::task<std::optional<std::string>> PlainDesk::hash(base::Secret password) {
  co_return hash_of(password.reveal());
}

base::task<PlainDesk::Verdict> PlainDesk::verify(Asker asker, base::Secret password,
                                                 std::optional<std::string> hash) {
  ++verifications;
  askers.push_back(asker);
  if (full_for_strangers && asker == Asker::Stranger) co_return Verdict::Busy;
  if (!hash || *hash != hash_of(password.reveal())) co_return Verdict::Wrong;
  co_return old_hashes ? Verdict::RightButOldHash : Verdict::Right;
}

SiteOptions Pages::usual() {
  SiteOptions options;
  options.trusted_proxies = {"127.0.0.1"};
  options.log_token = base::Secret("a-token-for-the-log");
  options.test_text_wait = base::Duration::zero();  // no engine runs here
  return options;
}

Pages::Pages(SiteOptions options, std::optional<base::Secret> key_given)
    : zone(platform::load_time_zone("America/Toronto")),
      loop(start),
      provider(loop),
      mint(platform::make_token_mint()),
      vault(platform::make_vault(key_given ? *key_given : platform::make_vault_key())),
      site(
          ports_of(*this), std::move(options), [this] { return as_is(readiness); },
          [] { return some_metrics(); },
          [this](app::PageFailed failure) { failures.push_back(std::move(failure)); }) {
  test_support::run_task(store.add_user("anna", PlainDesk::hash_of("correct horse"), {start, {}}));
}

domain::ProfileId Pages::add_profile(const std::string& account, const std::string& did,
                                     const std::string& message) {
  domain::ProfileForm form;
  form.account = account;
  form.did = did;
  form.message = message;
  form.call_duration = "10";
  const auto checked = domain::check(form);
  return *test_support::run_task(store.add_profile(*checked, base::Secret("the api password"), {}));
}

http::Response Browser::send(const std::string& method, const std::string& path, const std::string& body) {
  http::Request request;
  request.method = method;
  const auto mark = path.find('?');
  request.path = path.substr(0, mark);
  if (mark != std::string::npos) request.query = path.substr(mark + 1);
  request.body = body;
  request.peer = peer;
  for (const auto& [name, value] : headers) request.headers.emplace_back(name, value);
  std::string jar;
  for (const auto& [name, value] : cookies) jar += (jar.empty() ? "" : "; ") + name + "=" + value;
  if (!jar.empty()) request.headers.emplace_back("Cookie", jar);

  http::Response response = test_support::run_task(pages_.site.answer(request));
  for (const auto& [name, value] : response.headers) {
    if (name != "Set-Cookie") continue;
    const auto equals = value.find('=');
    const std::string cookie = value.substr(0, equals);
    cookies[cookie] = value.substr(equals + 1, value.find(';') - equals - 1);
    if (value.find("Max-Age=0") != std::string::npos) cookies.erase(cookie);
  }
  return response;
}

http::Response Browser::post(const std::string& path, http::Fields fields) {
  fields.emplace_back("csrf_token", csrf_token());
  std::string body;
  for (const auto& [name, value] : fields)
    body += (body.empty() ? "" : "&") + http::url_encode(name) + "=" + http::url_encode(value);
  return send("POST", path, body);
}

http::Response Browser::log_in(const std::string& name, const std::string& password) {
  return send("POST", "/login",
              "username=" + http::url_encode(name) + "&password=" + http::url_encode(password));
}

std::string Browser::csrf_token() {
  const std::string page = get("/users/").body;
  const std::string mark = "name=\"csrf_token\" value=\"";
  const auto at = page.find(mark);
  if (at == std::string::npos) return {};
  const auto begin = at + mark.size();
  return page.substr(begin, page.find('"', begin) - begin);
}

std::string header_of(const http::Response& response, const std::string& name) {
  for (const auto& [key, value] : response.headers)
    if (key == name) return value;
  return {};
}

std::string body_of(const http::Response& response) {
  if (!response.stream) return response.body;
  Collector collector;
  test_support::run_task(response.stream(collector));
  return collector.text;
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace sms_notifier::web
