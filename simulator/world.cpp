#include "simulator/world.h"

#include <algorithm>
#include <array>
#include <deque>
#include <random>
#include <unordered_map>
#include <utility>

#include "simulator/call_records.h"
#include "simulator/eastern_time.h"
#include "simulator/json_row.h"
#include "simulator/parameters.h"
#include "simulator/text_records.h"

namespace sms_notifier::simulator {
namespace {

constexpr std::int64_t first_call_id = 4'902'117'001;
/// SMS and MMS are numbered apart, with numbers that overlap (docs/provider/texts.md, "Listing").
constexpr std::int64_t first_text_id = 118'240'001;
constexpr base::Duration latency_default = std::chrono::seconds{1};
constexpr base::Duration accept_late_default = std::chrono::seconds{90};
constexpr base::Duration drip_default = std::chrono::seconds{1};
constexpr base::Duration list_lag_default = std::chrono::minutes{1};

constexpr std::string_view cloudflare_text = "error code: 522";
constexpr std::string_view html_page =
    "<!DOCTYPE html>\n<html><head><title>Service unavailable</title></head>"
    "<body><h1>We will be back soon</h1></body></html>\n";

constexpr std::array<std::pair<std::string_view, std::string_view>, 27> status_texts{{
    {"missing_method", "No method was given"},
    {"invalid_method", "There is no such method"},
    {"missing_credentials", "User name or password is missing"},
    {"invalid_credentials", "User name or password is wrong"},
    {"api_not_enabled", "The API is switched off for this account"},
    {"ip_not_enabled", "This address may not use the API"},
    {"api_limit_exceeded", "Too many API requests in one minute"},
    {"missing_from_date", "The first day is missing"},
    {"missing_to_date", "The last day is missing"},
    {"invalid_timezone", "This is not a time zone"},
    {"no_callstatus", "No call status was chosen"},
    {"invalid_date", "This is not a date"},
    {"invalid_daterange", "The days span more than 92 days"},
    {"invalid_date_from", "The first day lies after the last"},
    {"invalid_type", "This is not a type of message"},
    {"invalid_limit", "This is not a limit"},
    {"no_cdr", "No call records match"},
    {"no_sms", "No messages match"},
    {"no_did", "There are no numbers"},
    {"missing_did", "The number is missing"},
    {"missing_params", "A parameter is missing"},
    {"invalid_did", "This is not a number of yours that can text"},
    {"invalid_dst", "This number cannot be texted"},
    {"message_empty", "The message is empty"},
    {"sms_toolong", "The message is too long"},
    {"limit_reached", "Today's number of messages is used up"},
    {"non_sufficient_funds", "The balance is used up"},
}};

enum class Method { GetCdr, SendSms, SendMms, GetSms, GetMms, GetIp, GetBalance, GetDidsInfo };

std::optional<Method> method_from(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, Method>, 8> methods{{
      {"getCDR", Method::GetCdr},
      {"sendSMS", Method::SendSms},
      {"sendMMS", Method::SendMms},
      {"getSMS", Method::GetSms},
      {"getMMS", Method::GetMms},
      {"getIP", Method::GetIp},
      {"getBalance", Method::GetBalance},
      {"getDIDsInfo", Method::GetDidsInfo},
  }};
  for (const auto& [text, method] : methods)
    if (text == word) return method;
  return std::nullopt;
}

std::string refusal(std::string_view word) {
  JsonRow answer(false);
  answer.text("status", word);
  for (const auto& [known, text] : status_texts)
    if (known == word) answer.text("message", text);
  return answer.take();
}

std::string success(std::string_view key, std::string_view json) {
  return JsonRow(false).text("status", "success").raw(key, json).take();
}

/// A list as the provider gives it: what is empty has a status of its own, and one row may stand alone.
std::string list_answer(std::string_view key, const std::string& rows, std::size_t count,
                        bool bare_single_row, std::string_view when_empty) {
  if (count == 0) return refusal(when_empty);
  if (count == 1 && bare_single_row) return success(key, rows);
  std::string answer;
  answer.reserve(rows.size() + 64);
  answer.append(R"({"status":"success",")").append(key).append("\":[").append(rows).append("]}");
  return answer;
}

std::string flag(bool set) {
  return set ? "1" : "0";
}

std::string did_row(const DidSettings& did, bool numbers) {
  return JsonRow(numbers)
      .value("did", did.did)
      .text("description", did.description)
      .text("routing", did.routing)
      .text("failover_busy", "none:")
      .text("failover_unreachable", "none:")
      .text("failover_noanswer", did.failover_noanswer)
      .value("voicemail", did.voicemail)
      .value("pop", "12")
      .value("dialtime", "60")
      .value("cnam", "0")
      .text("note", "")
      .value("sms_available", flag(did.sms_available))
      .value("sms_enabled", flag(did.sms_enabled))
      .value("mms_available", flag(did.mms_available))
      .take();
}

std::string callerid_of(const CallSpec& call) {
  if (call.name.empty()) return call.caller;
  return "\"" + call.name + "\" <" + call.caller + ">";
}

domain::Day eastern_day(base::Instant now) {
  return domain::Day{std::chrono::floor<std::chrono::days>(eastern_wall_time(now).time).time_since_epoch()};
}

struct Account {
  AccountSettings settings;
  CallRecords calls;
  std::vector<TextRecord> texts;
  RequestLog log;

  std::deque<base::Instant> last_minute;  ///< when its requests came, those that were refused included
  domain::Day texts_day{};
  int texts_today = 0;
  std::map<std::string, std::string, std::less<>> sent_answers;  ///< the last good one by method

  const std::string* last_answer_to(std::string_view method) const {
    const auto last = sent_answers.find(method);
    return last == sent_answers.end() ? nullptr : &last->second;
  }
};

/// A text that the provider takes although its client has long given up.
struct LateText {
  base::Instant due;
  std::string account;
  Outgoing text;
};

}  // namespace

std::string_view to_string(TextKind kind) {
  return kind == TextKind::Sms ? "sms" : "mms";
}

AccountSettings demo_account() {
  AccountSettings account;
  account.email = "demo@example.test";
  account.dids.emplace_back().did = "4165550100";
  return account;
}

AccountSettings numbered_account(int n) {
  AccountSettings account;
  account.email = "account-" + std::to_string(n) + "@example.test";
  account.number = std::to_string(100'000 + n);
  account.dids.emplace_back().did = std::to_string(4'165'000'000 + n);
  return account;
}

struct World::State {
  explicit State(WorldOptions world_options)
      : options(std::move(world_options)), chance(options.seed), clock_ahead(options.clock_ahead) {
    for (const AccountSettings& settings : options.accounts) accounts[settings.email].settings = settings;
  }

  const WorldOptions options;
  std::mt19937_64 chance;
  base::Duration clock_ahead;
  std::map<std::string, Account, std::less<>> accounts;
  std::unordered_map<std::string, std::string> call_owners;  ///< unique id -> account
  std::vector<Fault> faults;
  std::vector<LateText> late_texts;  ///< in the order they become due
  std::vector<DeliveredText> phones;
  std::int64_t next_call_id = first_call_id;
  std::int64_t next_sms_id = first_text_id;
  std::int64_t next_mms_id = first_text_id;
  RequestLog strangers;  ///< requests without a known account

  Account* find(std::string_view email) {
    const auto found = accounts.find(email);
    return found == accounts.end() ? nullptr : &found->second;
  }
  bool happens(double probability) {
    return probability >= 1.0 || std::generate_canonical<double, 53>(chance) < probability;
  }
  std::string next_id(TextKind kind) {
    return std::to_string(kind == TextKind::Sms ? next_sms_id++ : next_mms_id++);
  }

  /// What the faults in force do to one request.
  struct Troubles {
    base::Duration latency{0};
    base::Duration list_lag{0};
    std::optional<int> requests_per_minute;
    std::optional<Fault> fault;
  };
  Troubles draw_troubles(std::string_view account, std::string_view method);

  void record(const ApiRequest& request, base::Instant now);
  void accept_late_texts(base::Instant now);
  std::string accept(Account& account, const Outgoing& text, base::Instant now);

  /// When a text that is sent is accepted, and how long lists lag.
  struct Circumstances {
    base::Instant now;
    std::optional<base::Duration> accept_in;
    base::Duration list_lag{0};
    std::optional<std::size_t> list_limit;
    std::optional<int> requests_per_minute;
  };
  std::string perform(const ApiRequest& request, const Circumstances& circumstances);
  std::string send(Account& account, const http::Fields& fields, TextKind kind,
                   const Circumstances& circumstances);
  std::string list(Account& account, const http::Fields& fields, TextKind kind,
                   const Circumstances& circumstances);
};

World::State::Troubles World::State::draw_troubles(std::string_view account, std::string_view method) {
  Troubles troubles;
  for (Fault& fault : faults) {
    const bool adds_up = fault.kind == FaultKind::Latency || fault.kind == FaultKind::ListLag ||
                         fault.kind == FaultKind::RateLimit;
    if ((troubles.fault && !adds_up) || !concerns(fault, account, method) || !happens(fault.probability))
      continue;
    if (fault.count) --*fault.count;
    if (fault.kind == FaultKind::Latency)
      troubles.latency += fault.delay.value_or(latency_default);
    else if (fault.kind == FaultKind::ListLag)
      troubles.list_lag = std::max(troubles.list_lag, fault.delay.value_or(list_lag_default));
    else if (fault.kind == FaultKind::RateLimit)
      troubles.requests_per_minute =
          std::min(troubles.requests_per_minute.value_or(fault.per_minute), fault.per_minute);
    else
      troubles.fault = fault;
  }
  std::erase_if(faults, [](const Fault& fault) { return fault.count && *fault.count <= 0; });
  return troubles;
}

void World::State::record(const ApiRequest& request, base::Instant now) {
  Account* account = find(value_of(request.fields, "api_username"));
  RequestLog& log = account ? account->log : strangers;
  const std::string_view method = value_of(request.fields, "method");
  if (account) {
    while (!account->last_minute.empty() && now - account->last_minute.front() >= std::chrono::minutes{1})
      account->last_minute.pop_front();
    account->last_minute.push_back(now);
  }
  // A stranger's methods are not listed one by one: their names could be anything.
  ++log.counts[account && method_from(method) ? std::string(method) : "other"];
  if (request.secret_in_url) ++log.secrets_in_urls;
  if (!account || method != "getCDR") return;
  if (options.arrivals_max == 0) return;
  if (log.get_cdr_arrivals.size() == options.arrivals_max) {
    const auto older_half = static_cast<std::ptrdiff_t>((options.arrivals_max + 1) / 2);
    log.get_cdr_arrivals.erase(log.get_cdr_arrivals.begin(), log.get_cdr_arrivals.begin() + older_half);
  }
  log.get_cdr_arrivals.push_back(now);
}

std::string World::State::accept(Account& account, const Outgoing& text, base::Instant now) {
  std::string id = next_id(text.kind);
  if (const domain::Day today = eastern_day(now); account.texts_day != today) {
    account.texts_day = today;
    account.texts_today = 0;
  }
  ++account.texts_today;
  account.texts.push_back({id, text.kind, false, text.did, text.dst, text.message, text.media, now});
  phones.push_back({id, text.kind, account.settings.email, text.did, text.dst, text.message, now});
  return id;
}

void World::State::accept_late_texts(base::Instant now) {
  while (!late_texts.empty() && late_texts.front().due <= now) {
    const LateText late = std::move(late_texts.front());
    late_texts.erase(late_texts.begin());
    if (Account* account = find(late.account)) accept(*account, late.text, late.due);
  }
}

std::string World::State::send(Account& account, const http::Fields& fields, TextKind kind,
                               const Circumstances& circumstances) {
  const auto text = check_outgoing(fields, kind, account.settings);
  if (!text) return refusal(text.error().word);
  const bool new_day = account.texts_day != eastern_day(circumstances.now);
  const int texts_today = new_day ? 0 : account.texts_today;
  if (account.settings.daily_limit && texts_today >= *account.settings.daily_limit)
    return refusal("limit_reached");
  if (account.settings.non_sufficient_funds) return refusal("non_sufficient_funds");
  if (circumstances.accept_in) {
    LateText late{circumstances.now + *circumstances.accept_in, account.settings.email, *text};
    const auto place =
        std::upper_bound(late_texts.begin(), late_texts.end(), late.due,
                         [](base::Instant due, const LateText& other) { return due < other.due; });
    late_texts.insert(place, std::move(late));
    return {};
  }
  return success(to_string(kind), accept(account, *text, circumstances.now));
}

std::string World::State::list(Account& account, const http::Fields& fields, TextKind kind,
                               const Circumstances& circumstances) {
  auto query = check_text_query(fields, kind, account.settings, circumstances.now);
  if (!query) return refusal(query.error().word);
  TextQuery wanted = std::move(query).value();
  if (circumstances.list_limit) wanted.limit = std::min(wanted.limit, *circumstances.list_limit);
  wanted.lag = std::max(account.settings.list_lag, circumstances.list_lag);
  const TextListing listing = list_texts(account.texts, wanted, circumstances.now);
  return list_answer("sms", listing.rows, listing.count, account.settings.bare_single_row, "no_sms");
}

std::string World::State::perform(const ApiRequest& request, const Circumstances& circumstances) {
  const http::Fields& fields = request.fields;
  const std::string_view word = value_of(fields, "method");
  if (word.empty()) return refusal("missing_method");
  const auto method = method_from(word);
  if (!method) return refusal("invalid_method");
  const std::string_view email = value_of(fields, "api_username");
  const std::string_view password = value_of(fields, "api_password");
  if (email.empty() || password.empty()) return refusal("missing_credentials");
  Account* account = find(email);
  if (!account || account->settings.password != password) return refusal("invalid_credentials");
  const AccountSettings& settings = account->settings;
  if (!settings.api_enabled) return refusal("api_not_enabled");
  if (*method != Method::GetIp && !address_allowed(settings.allowed_ip, request.peer))
    return refusal("ip_not_enabled");
  for (const auto& most : {settings.requests_per_minute, circumstances.requests_per_minute})
    if (most && account->last_minute.size() > static_cast<std::size_t>(*most))
      return refusal("api_limit_exceeded");

  switch (*method) {
    case Method::GetCdr: {
      auto checked = check_cdr_query(fields);
      if (!checked) return refusal(checked.error().word);
      CdrQuery query = std::move(checked).value();
      query.numbers = settings.numbers;
      const auto& listing = account->calls.list(query, circumstances.now);
      return list_answer("cdr", listing.rows, listing.count, settings.bare_single_row, "no_cdr");
    }
    case Method::SendSms:
      return send(*account, fields, TextKind::Sms, circumstances);
    case Method::SendMms:
      return send(*account, fields, TextKind::Mms, circumstances);
    case Method::GetSms:
      return list(*account, fields, TextKind::Sms, circumstances);
    case Method::GetMms:
      return list(*account, fields, TextKind::Mms, circumstances);
    case Method::GetIp:
      return success("ip", json_quoted(request.peer));
    case Method::GetBalance: {
      JsonRow balance(settings.numbers);
      balance.value("current_balance", settings.balance);
      if (!value_of(fields, "advanced").empty())
        balance.value("spent_total", "14.62250")
            .value("calls_total", std::to_string(account->calls.rows().size()))
            .text("time_total", "03:20:10")
            .value("spent_today", "0.0900")
            .value("calls_today", "0")
            .text("time_today", "00:00");
      return success("balance", balance.take());
    }
    case Method::GetDidsInfo: {
      const std::string_view only = value_of(fields, "did");
      std::string rows;
      std::size_t count = 0;
      for (const DidSettings& did : settings.dids) {
        if (!only.empty() && only != did.did) continue;
        if (count++ > 0) rows += ',';
        rows += did_row(did, settings.numbers);
      }
      return list_answer("dids", rows, count, settings.bare_single_row,
                         only.empty() ? "no_did" : "invalid_did");
    }
  }
  return refusal("invalid_method");
}

World::World(WorldOptions options) : state_(std::make_unique<State>(std::move(options))) {}
World::~World() = default;
World::World(World&&) noexcept = default;
World& World::operator=(World&&) noexcept = default;

Plan World::handle(const ApiRequest& request, base::Instant now) {
  State& state = *state_;
  state.accept_late_texts(now);
  state.record(request, now);
  const std::string_view email = value_of(request.fields, "api_username");
  const std::string_view method = value_of(request.fields, "method");
  const State::Troubles troubles = state.draw_troubles(email, method);
  State::Circumstances circumstances{now, std::nullopt, troubles.list_lag, std::nullopt,
                                     troubles.requests_per_minute};

  Plan plan;
  Account* account = state.find(email);
  plan.latency = state.options.latency + troubles.latency;
  if (account) plan.latency += account->settings.latency;
  const auto recorded = state.options.replays.find(std::string(method));
  bool performed = false;
  const auto perform = [&] {
    if (performed) return;
    performed = true;
    plan.body =
        recorded == state.options.replays.end() ? state.perform(request, circumstances) : recorded->second;
  };
  if (!troubles.fault) {
    perform();
    const bool sent = method.starts_with("send") && plan.body.starts_with(R"({"status":"success")");
    if (account && sent) account->sent_answers[std::string(method)] = plan.body;
    return plan;
  }

  const Fault& fault = *troubles.fault;
  if (fault.acted) perform();
  switch (fault.kind) {
    case FaultKind::Latency:
    case FaultKind::ListLag:
    case FaultKind::RateLimit:
      break;  // these add up with other faults and are in `troubles` already
    case FaultKind::Hang:
      plan.ending = Plan::Ending::Hang;
      break;
    case FaultKind::CloseBefore:
      plan.ending = Plan::Ending::Close;
      break;
    case FaultKind::CloseAfter:
      perform();
      plan.ending = Plan::Ending::Close;
      break;
    case FaultKind::ResetBefore:
      plan.ending = Plan::Ending::Reset;
      break;
    case FaultKind::ResetAfter:
      perform();
      plan.ending = Plan::Ending::Reset;
      break;
    case FaultKind::HttpError:
    case FaultKind::ListFail:
      plan.status = fault.http_status.value_or(fault.kind == FaultKind::ListFail ? 500 : 503);
      plan.content_type = "text/html";
      plan.body = fault.body;
      break;
    case FaultKind::Cloudflare522:
      plan.status = 522;
      plan.content_type = "text/plain";
      plan.body = cloudflare_text;
      break;
    case FaultKind::Html:
      plan.status = fault.http_status.value_or(200);
      plan.content_type = "text/html";
      plan.body = fault.body.empty() ? html_page : fault.body;
      break;
    case FaultKind::TruncatedJson:
      perform();
      plan.body.resize(plan.body.size() / 2);
      break;
    case FaultKind::Truncate:
      perform();
      plan.ending = Plan::Ending::Truncate;
      break;
    case FaultKind::Empty:
      plan.body.clear();
      break;
    case FaultKind::Status:
      plan.body = refusal(fault.status);
      break;
    case FaultKind::StatusAfter:
      perform();
      plan.body = refusal(fault.status);
      break;
    case FaultKind::AcceptLate:
      circumstances.accept_in = fault.delay.value_or(accept_late_default);
      perform();
      plan.ending = Plan::Ending::Hang;
      break;
    case FaultKind::Drip:
      perform();
      plan.drip = fault.delay.value_or(drip_default);
      break;
    case FaultKind::Big:
      perform();
      if (plan.body.size() < fault.bytes) plan.body.resize(fault.bytes, ' ');
      break;
    case FaultKind::Replay:
      plan.status = fault.http_status.value_or(200);
      plan.body = fault.body;
      break;
    case FaultKind::ReplayLast:
      if (const std::string* last = account ? account->last_answer_to(method) : nullptr)
        plan.body = *last;
      else
        perform();
      break;
    case FaultKind::ListEmpty:
      plan.body = refusal("no_sms");
      break;
    case FaultKind::ListShort:
      circumstances.list_limit = fault.rows;
      perform();
      break;
  }
  return plan;
}

void World::put_account(const AccountSettings& settings) {
  state_->accounts[settings.email].settings = settings;
}

std::optional<AccountSettings> World::account(std::string_view email) const {
  const Account* found = state_->find(email);
  return found ? std::optional(found->settings) : std::nullopt;
}

std::vector<AccountSettings> World::accounts() const {
  std::vector<AccountSettings> all;
  for (const auto& [email, account] : state_->accounts) all.push_back(account.settings);
  return all;
}

base::Result<std::string> World::place_call(const CallSpec& call, base::Instant now) {
  Account* account = state_->find(call.account);
  if (!account) return base::Error{"there is no account \"" + call.account + "\""};
  std::string unique_id = call.unique_id.empty() ? std::to_string(state_->next_call_id++) : call.unique_id;
  if (!state_->call_owners.try_emplace(unique_id, call.account).second && !call.twin_id)
    return base::Error{"there is a call " + unique_id + " already"};
  CallRecord record;
  record.unique_id = unique_id;
  record.callerid = callerid_of(call);
  record.did = call.did;
  record.seconds = call.seconds;
  record.disposition = call.disposition;
  if (record.disposition.empty()) record.disposition = call.seconds.count() == 0 ? "NO ANSWER" : "ANSWERED";
  record.destination_type = call.destination_type;
  record.description = call.description;
  record.account_field = call.account_field.empty() ? account->settings.number : call.account_field;
  record.started_at = call.started_at.value_or(now);
  record.visible_at = now + call.visible_in;
  account->calls.add(std::move(record));
  return unique_id;
}

bool World::change_call(std::string_view unique_id, const CallChange& change) {
  const auto owner = state_->call_owners.find(std::string(unique_id));
  return owner != state_->call_owners.end() && state_->find(owner->second)->calls.change(unique_id, change);
}

bool World::remove_call(std::string_view unique_id) {
  const auto owner = state_->call_owners.find(std::string(unique_id));
  if (owner == state_->call_owners.end()) return false;
  const bool removed = state_->find(owner->second)->calls.remove(unique_id);
  state_->call_owners.erase(owner);
  return removed;
}

std::vector<CallView> World::calls(std::string_view account, std::size_t limit) const {
  std::vector<CallView> newest_first;
  const Account* found = state_->find(account);
  if (!found) return newest_first;
  const auto& rows = found->calls.rows();
  for (auto row = rows.rbegin(); row != rows.rend() && newest_first.size() < limit; ++row) {
    const CallRecord& record = row->record;
    newest_first.push_back({std::string(account), record.did, record.callerid, record.disposition,
                            record.seconds, record.started_at, record.visible_at, record.unique_id});
  }
  return newest_first;
}

base::Result<std::string> World::write_text(const HandText& text, base::Instant now) {
  Account* account = state_->find(text.account);
  if (!account) return base::Error{"there is no account \"" + text.account + "\""};
  const std::string id = state_->next_id(text.kind);
  account->texts.push_back({id, text.kind, !text.to_caller, text.did, text.contact, text.message, {}, now});
  if (text.to_caller)
    state_->phones.push_back({id, text.kind, text.account, text.did, text.contact, text.message, now, true});
  return id;
}

bool World::remove_text(std::string_view account, TextKind kind, std::string_view id) {
  Account* found = state_->find(account);
  if (!found) return false;
  const auto is_it = [&](const auto& text) { return text.kind == kind && text.id == id; };
  for (DeliveredText& text : state_->phones)
    if (text.account == account && is_it(text)) text.deleted = true;
  return std::erase_if(found->texts, is_it) > 0;
}

std::vector<DeliveredText> World::delivered(base::Instant now, std::string_view account) {
  state_->accept_late_texts(now);
  std::vector<DeliveredText> chosen;
  for (const DeliveredText& text : state_->phones)
    if (account.empty() || text.account == account) chosen.push_back(text);
  return chosen;
}

const RequestLog& World::requests(std::string_view account) const {
  const Account* found = state_->find(account);
  return found ? found->log : state_->strangers;
}

void World::add_fault(Fault fault) {
  state_->faults.push_back(std::move(fault));
}
void World::clear_faults() {
  state_->faults.clear();
}
base::Duration World::clock_ahead() const {
  return state_->clock_ahead;
}

void World::set_clock_ahead(base::Duration ahead) {
  state_->clock_ahead = ahead;
}

void World::reset() {
  state_ = std::make_unique<State>(state_->options);
}

}  // namespace sms_notifier::simulator
