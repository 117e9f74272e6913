#include "sim/installation.h"

#include "app/profiles/profiles.h"
#include "base/ensure.h"
#include "platform/random.h"
#include "support/engine.h"
#include "support/run_task.h"

namespace sms_notifier::sim {
namespace {

using test_support::run_task;

base::task<> life(app::Monitor& monitor, test_support::VirtualLoop& loop) {
  try {
    co_await monitor.start();
    co_await monitor.run();
  } catch (const std::runtime_error&) {
    // The database cannot be used: the process ends, and its service manager starts it again.
  }
  loop.halt();
}

}  // namespace

void Told::on(const app::Event& event, base::Instant) noexcept {
  const base::Instant at = loop_.true_now();  // the machine's clock may be wrong
  if (const auto* poll = std::get_if<app::PollFinished>(&event)) {
    last_poll[poll->subject.account_email] = at;
    ++polls;
  }
  if (const auto* trouble = std::get_if<app::AccountTroubled>(&event))
    troubled.insert(trouble->subject.account_email);
  if (const auto* healed = std::get_if<app::AccountHealed>(&event))
    troubled.erase(healed->subject.account_email);
  if (std::holds_alternative<app::TextsElsewhere>(event)) texts_elsewhere.push_back(at);
  if (std::holds_alternative<app::StorageTroubled>(event)) storage_troubled = true;
  if (std::holds_alternative<app::StorageHealed>(event)) {
    storage_troubled = false;
    storage_healed_at = at;
  }
}

Installation::Installation(simulator::World& world, test_support::VirtualLoop& loop,
                           const domain::TimeZone& zone, Verdict& verdict, std::unique_ptr<Storage> storage,
                           app::MonitorOptions options, std::uint64_t seed)
    : hazards(loop, seed),
      told(loop),
      world_(world),
      loop_(loop),
      zone_(zone),
      storage_(std::move(storage)),
      store_(*storage_, hazards, verdict),
      options_(options),
      seed_(seed) {}

void Installation::add_profiles(const std::vector<domain::ProfileForm>& forms) {
  forms_ = forms;
  for (const domain::ProfileForm& form : forms_) {
    const app::SaveResult added = run_task(app::add_profile(
        storage_->settings(), form, base::Secret(std::string(simulator::default_password)), {}));
    base::ensure(added.ok(), "the forms of a business are in order");
    profiles_.emplace_back(added->id);
  }
  run_all();
}

void Installation::run_all() {
  for (std::size_t n = 0; n < profiles_.size(); ++n) run_profile(n, true);
}

void Installation::start() {
  up_since_ = loop_.true_now();
  if (jitter_)
    random_ = std::make_unique<platform::SeededRandom>(seed_ + ++starts_);
  else
    random_ = std::make_unique<test_support::NoChance>();
  provider_ =
      std::make_unique<WorldProvider>(world_, loop_, hazards, WorldProvider::Options{},
                                      [this](const domain::TextMessage& text) { store_.use_intent(text); });
  monitor_ = std::make_unique<app::Monitor>(
      app::EnginePorts{loop_, *random_, loop_, *provider_, store_, store_, store_, store_, told, zone_},
      options_);
  loop_.spawn(life(*monitor_, loop_));
}

void Installation::die() {
  monitor_.reset();
  provider_.reset();
  store_.process_died();
  hazards.forget_death();
  told.storage_troubled = false;
  told.troubled.clear();
}

void Installation::put_back() {
  store_.put_back();
  find_profiles();
}

void Installation::find_profiles() {
  profiles_.assign(forms_.size(), std::nullopt);
  for (const app::ProfileView& view : run_task(storage_->settings().profiles({}))) {
    for (std::size_t n = 0; n < forms_.size(); ++n) {
      if (view.profile.rules.did.digits() == forms_[n].did) profiles_[n] = view.profile.id;
    }
  }
}

void Installation::run_profile(std::size_t profile, bool running) {
  if (profiles_[profile] && !hazards.disk_full)
    run_task(storage_->settings().set_running(*profiles_[profile], running, {}));
}

void Installation::edit_message(std::size_t profile, const std::string& message) {
  if (!profiles_[profile] || hazards.disk_full) return;
  forms_[profile].message = message;
  (void)run_task(
      app::edit_profile(storage_->settings(), *profiles_[profile], forms_[profile], std::nullopt, {}));
}

void Installation::make_anew(std::size_t profile) {
  if (hazards.disk_full) return;
  if (profiles_[profile]) run_task(storage_->settings().delete_profile(*profiles_[profile], {}));
  const app::SaveResult added = run_task(app::add_profile(
      storage_->settings(), forms_[profile], base::Secret(std::string(simulator::default_password)), {}));
  base::ensure(added.ok(), "the forms of a business are in order");
  profiles_[profile] = added->id;
  run_profile(profile, true);
}

void Installation::block(const std::string& caller) {
  // By hand, in another process: no place for this one to die at.
  if (hazards.disk_full) return;
  run_task(storage_->ledger().block(*domain::PhoneNumber::parse(caller)));
  store_.blocked_by_hand(*domain::PhoneNumber::parse(caller));
}

void Installation::order_texts(int too_old) {
  // By hand, in another process, like block().
  if (hazards.disk_full) return;
  constexpr base::Duration allowed = std::chrono::minutes{15};
  constexpr base::Duration age_max = std::chrono::days{1};
  const base::Instant now = loop_.true_now();
  for (const app::CallRecord& call : calls()) {
    const bool has_reply = call.reply.has_value();
    const auto state = has_reply ? std::optional(call.reply->state) : std::nullopt;
    if (!domain::can_be_ordered(call.decision, state) || now - call.call.started_at() > age_max) continue;
    if (!has_reply && too_old-- <= 0) continue;
    const auto reply =
        store_.order_by_hand(call.id, {now, now + allowed, zone_.day_of(now), options_.texts_per_day});
    if (reply && on_order) on_order(*reply);
  }
}

void Installation::delete_texts(const std::string& did, int newest) {
  for (const app::CallRecord& call : calls()) {  // newest first
    if (newest <= 0) break;
    const bool sent = call.reply && call.reply->state == domain::ReplyState::Sent;
    if (call.call.did.digits() != did || !sent || call.reply->provider_id.empty()) continue;
    const bool sms = call.reply->kind == domain::MessageKind::Sms;
    const auto kind = sms ? simulator::TextKind::Sms : simulator::TextKind::Mms;
    if (world_.remove_text(call.account_email, kind, call.reply->provider_id)) --newest;
  }
  for (const simulator::DeliveredText& text : world_.delivered(loop_.true_now()))
    if (text.by_hand && text.did == did) world_.remove_text(text.account, text.kind, text.id);
}

bool Installation::watches_since(const std::string& account, base::Instant then) {
  const std::vector<app::ProfileView> profiles = run_task(storage_->settings().profiles({}));
  return std::any_of(profiles.begin(), profiles.end(), [&](const app::ProfileView& view) {
    const auto& first_polled = view.profile.first_polled_at;
    return view.account_email == account && view.profile.running && first_polled && *first_polled <= then;
  });
}

std::vector<app::CallRecord> Installation::calls() {
  app::CallQuery all;
  all.limit = 1'000'000;
  return run_task(storage_->ledger().calls(all));
}

std::vector<app::OpenReply> Installation::open_replies() {
  return run_task(storage_->ledger().open_replies({}));
}

}  // namespace sms_notifier::sim
