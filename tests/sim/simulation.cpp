#include "sim/simulation.h"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <set>

#include <fmt/format.h>

#include "base/overloaded.h"
#include "domain/provider_clock.h"
#include "platform/time_zone.h"
#include "sim/installation.h"

namespace sms_notifier::sim {
namespace {

using domain::ReplyState;
using simulator::DeliveredText;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

/// Runs start in the evening, so that a night falls into each of them: usual ones, those in which the clocks
/// change, New Year's and the one before a leap day.
const std::vector<std::string> evenings{"2026-06-16 18:00:00", "2026-03-07 18:00:00", "2026-10-31 18:00:00",
                                        "2026-12-31 18:00:00", "2028-02-28 18:00:00", "2026-09-14 09:00:00"};

/// A reply is reserved at most this long before its text arrives: the time allowed for the call, and what the
/// provider takes late.
constexpr base::Duration reserved_to_arrival = minutes{30};
constexpr base::Duration cooldown = hours{24};
/// Our clock is used while it is not further than that from the provider's.
constexpr base::Duration clock_error = domain::clocks_apart_max;

app::MonitorOptions monitor_options(std::uint64_t seed) {
  Chance chance(seed, "options");
  app::MonitorOptions options;
  options.poll_interval =
      chance.one_of(std::vector<base::Duration>{seconds{10}, seconds{30}, seconds{60}, seconds{60}});
  options.settings_interval = seconds{10};
  options.texts_per_day = 100'000;
  return options;
}

/// When the seed's bounded troubles last, and the minute before each, whichever of them a run goes through.
std::vector<Span> spans_of_troubles(std::uint64_t seed, int days) {
  std::vector<Span> spans;
  for (const Peril& peril : bounded_perils(seed, days))
    if (peril.lasts <= bounded_peril_max) spans.push_back({peril.at - minutes{1}, peril.end()});
  return spans;
}

std::unique_ptr<Storage> make_storage(bool sqlite) {
  if (sqlite) return std::make_unique<SqliteStorage>();
  return std::make_unique<MemoryStorage>();
}

/// Holds what arrived at phones, and what the ledger says, against the promises.
class Checker {
 public:
  using Ledger = std::function<std::vector<app::CallRecord>()>;
  Checker(simulator::World& world, const domain::TimeZone& zone, Verdict& verdict, Ledger ledger = {})
      : world_(world), zone_(zone), verdict_(verdict), ledger_(std::move(ledger)) {}

  /// The owner ordered a text, which may come on top of what the rules allow.
  void allow(const app::OpenReply& ordered, base::Instant now) {
    orders_[{std::string(ordered.text.from.digits()), std::string(ordered.text.to.digits())}].insert(now);
  }

  /// No caller gets two texts from a number within the cooldown, but for those that were ordered.
  void check_texts(base::Instant now) {
    const std::vector<DeliveredText> texts = world_.delivered(now);
    for (; texts_checked_ < texts.size(); ++texts_checked_) {
      const DeliveredText& text = texts[texts_checked_];
      if (text.by_hand) continue;
      arrived_.insert({text.id, text.dst});
      forget_deleted(texts, text);
      if (is_ordered(text)) {
        last_ordered_[{text.did, text.dst}] = texts_checked_;
        continue;
      }
      // What was reserved before the order may still arrive after the ordered text.
      const auto ordered = last_ordered_.find({text.did, text.dst});
      if (ordered != last_ordered_.end()) {
        const base::Duration since = text.accepted_at - texts[ordered->second].accepted_at;
        if (since >= reserved_to_arrival && since < cooldown - reserved_to_arrival)
          verdict_.broken(fmt::format("{} was texted again {:.1f} minutes after an ordered text", text.dst,
                                      base::to_seconds(since) / 60));
      }
      const auto [last, first] = last_text_.try_emplace({text.did, text.dst}, texts_checked_);
      const base::Instant last_at = texts[last->second].accepted_at;
      if (!first && text.accepted_at - last_at < cooldown - reserved_to_arrival && !is_nobodys_fault(text)) {
        verdict_.broken(fmt::format("{} was texted twice from {}, {:.1f} minutes apart", text.dst, text.did,
                                    base::to_seconds(text.accepted_at - last_at) / 60));
      }
      // What was reserved before midnight may arrive after it.
      if (!first && zone_.day_of(last_at - reserved_to_arrival) == zone_.day_of(text.accepted_at) &&
          !is_nobodys_fault(text))
        verdict_.broken(fmt::format("{} was texted twice from {} on one day", text.dst, text.did));
      last->second = texts_checked_;
    }
  }

  /// That what is sent arrived, nothing goes from the ledger, every call has its decision and every skip a
  /// reason that holds.
  void check_ledger(const std::vector<app::CallRecord>& calls, base::Instant now) {
    check_texts(now);
    if (calls.size() < calls_known_) verdict_.broken("calls have gone from the ledger");
    calls_known_ = calls.size();
    for (const app::CallRecord& call : calls) {
      const bool reply = std::holds_alternative<domain::ReplyToCall>(call.decision);
      const bool ordered = call.reply && call.reply->orders > 0;
      if (reply != call.reply.has_value() && !ordered)
        verdict_.broken("a decision and its reply do not agree");
      if (call.reply) check_reply(call, now);
      if (call.decision == domain::Decision(domain::Skip{domain::SkipReason::TooOld}) &&
          call.first_seen_at - call.call.started_at() < minutes{3} - seconds{1})
        verdict_.broken("a call is called too old, and was not");
      if (call.decision == domain::Decision(domain::Skip{domain::SkipReason::NoCallerNumber}) &&
          call.call.caller.number)
        verdict_.broken("a caller is called withheld, and was not");
    }
  }

  void clock_was_wrong() { clock_error_ = clock_error; }
  void lists_lie(bool do_so) { lists_lie_ = do_so; }
  void database_was_put_back() {
    calls_known_ = 0;
    put_back_ = true;
  }
  bool has_arrived(const std::string& id, const std::string& dst) const {
    return arrived_.contains({id, dst});
  }

  bool was_texted(const std::string& dst) const {
    return std::any_of(last_text_.begin(), last_text_.end(),
                       [&](const auto& text) { return text.first.second == dst; });
  }

  /// Each row that is listed has found its way into the ledger, under its id and caller, and with the
  /// time that it tells.
  void check_rows(const std::vector<simulator::AccountSettings>& accounts,
                  const std::vector<app::CallRecord>& calls, base::Instant seen_until) {
    std::map<std::pair<std::string, std::string>, base::Instant> starts;  // by id and caller
    for (const app::CallRecord& call : calls) {
      const std::string caller(call.call.caller.number ? call.call.caller.number->digits() : "");
      for (const domain::Leg& leg : call.call.legs) {
        // A twin's key is the id with the row's content after it.
        const std::string id = leg.key.substr(0, leg.key.find('|'));
        starts[{id, caller}] = std::chrono::floor<seconds>(leg.started_at);
      }
    }
    for (const simulator::AccountSettings& account : accounts) {
      for (const simulator::CallView& row : world_.calls(account.email, 1'000'000)) {
        if (row.visible_at > seen_until) continue;
        const auto number = domain::PhoneNumber::parse(row.callerid);
        const std::string caller(number ? number->digits() : "");
        const auto known = starts.find({row.unique_id, caller});
        if (known == starts.end()) {
          verdict_.broken("a call was never decided: " + row.unique_id + " of " + row.callerid);
          continue;
        }
        // A row of the hour that comes twice does not say which: it may count as up to an hour later.
        const base::Instant start = std::chrono::floor<seconds>(row.started_at);
        const base::Instant latest = zone_.instants(zone_.wall_time(start)).later;
        // A row that lies ahead of our clock counts as of now.
        if (known->second < start - clock_error_ || known->second > latest)
          verdict_.broken(fmt::format("a call is recorded {:.1f} minutes off: {} of {}",
                                      base::to_seconds(known->second - start) / 60, row.unique_id,
                                      row.callerid));
      }
    }
  }

 private:
  void check_reply(const app::CallRecord& call, base::Instant now) {
    const app::CallRecord::Reply& reply = *call.reply;
    if (reply.state == ReplyState::Sent && !reply.provider_id.empty() &&
        !has_arrived(reply.provider_id, std::string(call.call.caller.number->digits())) &&
        !is_of_a_forgotten_text(reply.provider_id, now))
      verdict_.broken("called sent under an id under which nothing arrived: " + reply.provider_id);
    if ((reply.state == ReplyState::Uncertain || reply.state == ReplyState::Rejected) &&
        reply.evidence.empty())
      verdict_.broken("the end of a text is shown without evidence");
  }

  /// What was lost with the database and deleted from the provider's list as well nobody can know: neither
  /// whose the id is that an answer carries, nor that the caller was texted.
  bool is_of_a_forgotten_text(const std::string& id, base::Instant now) const {
    const std::vector<DeliveredText> texts = put_back_ ? world_.delivered(now) : std::vector<DeliveredText>{};
    return std::any_of(texts.begin(), texts.end(),
                       [&](const DeliveredText& text) { return text.id == id && text.deleted; });
  }

  void forget_deleted(const std::vector<DeliveredText>& texts, const DeliveredText& text) {
    if (!put_back_) return;
    for (LastTexts* last_texts : {&last_text_, &last_ordered_}) {
      const auto last = last_texts->find({text.did, text.dst});
      if (last != last_texts->end() && texts[last->second].deleted) last_texts->erase(last);
    }
  }

  /// The list lies, and nothing that it should show is known: of the number's texts of that kind to
  /// others the ledger calls none sent (docs/reliability.md, "What remains").
  bool is_nobodys_fault(const DeliveredText& text) const {
    if (!lists_lie_) return false;
    const std::vector<app::CallRecord> calls = ledger_();
    return std::none_of(calls.begin(), calls.end(), [&](const app::CallRecord& call) {
      return call.reply && call.reply->state == ReplyState::Sent && call.call.did.digits() == text.did &&
             call.call.caller.digits() != text.dst &&
             (call.reply->kind == domain::MessageKind::Sms) == (text.kind == simulator::TextKind::Sms);
    });
  }

  /// Whether an order was made for it, which is used up then.
  bool is_ordered(const DeliveredText& text) {
    const auto found = orders_.find({text.did, text.dst});
    if (found == orders_.end()) return false;
    std::multiset<base::Instant>& at = found->second;
    at.erase(at.begin(), at.upper_bound(text.accepted_at - reserved_to_arrival));
    if (at.empty() || *at.begin() > text.accepted_at) return false;
    at.erase(at.begin());
    return true;
  }

  simulator::World& world_;
  const domain::TimeZone& zone_;
  Verdict& verdict_;
  const Ledger ledger_;
  /// Where the last text is among those delivered, by number and caller.
  using LastTexts = std::map<std::pair<std::string, std::string>, std::size_t>;
  LastTexts last_text_;
  LastTexts last_ordered_;
  std::map<std::pair<std::string, std::string>, std::multiset<base::Instant>> orders_;
  std::set<std::pair<std::string, std::string>> arrived_;
  std::size_t texts_checked_ = 0;
  std::size_t calls_known_ = 0;
  bool put_back_ = false;
  bool lists_lie_ = false;
  base::Duration clock_error_{0};
};

/// One run: a world, an installation, and the perils of both.
class Run {
 public:
  Run(const RunOptions& options, const std::vector<Peril>& perils)
      : options_(options),
        perils_(perils),
        zone_(platform::load_time_zone("America/Toronto")),
        business_(business_of(options.seed)),
        loop_(start_of(options.seed, *zone_)),
        started_at_(loop_.true_now()),
        verdict_(loop_),
        world_({business_.accounts, options.seed, {}, {}}),
        checker_(world_, *zone_, verdict_, [this] { return installation_.calls(); }),
        installation_(world_, loop_, *zone_, verdict_, make_storage(options.sqlite),
                      monitor_options(options.seed), options.seed) {
    installation_.add_profiles(business_.profiles);
    installation_.on_order = [this](const app::OpenReply& reply) { checker_.allow(reply, loop_.true_now()); };
  }
  ~Run() { loop_.abandon(); }

  Report report() {
    plan();
    start();
    for (const Act& act : timeline_) {
      advance_to(act.at);
      act.act();
      checker_.check_texts(loop_.true_now());
      check_verdict();
    }
    advance_to(hours{24} * options_.days);
    heal();
    if (options_.missed_strangers) check_strangers_texted();
    const Report report = counted();
    check_that_texts_go_out();
    return report;
  }

 private:
  static base::Instant start_of(std::uint64_t seed, const domain::TimeZone& zone) {
    Chance chance(seed, "evening");
    return zone.instants(*domain::parse_wall_time(chance.one_of(evenings))).earlier;
  }
  base::Duration elapsed() const { return loop_.true_now() - started_at_; }

  /// Everything that will happen, in order of time.
  void plan() {
    const auto now = [this] { return loop_.true_now(); };
    if (options_.missed_strangers)
      timeline_ = missed_strangers(business_, options_.seed, options_.days,
                                   spans_of_troubles(options_.seed, options_.days), world_, now);
    else if (options_.missed_calls > 0)
      timeline_ = missed_calls(business_, options_.missed_calls, options_.days, world_, now);
    else
      timeline_ = days_of(business_, options_.seed, options_.days, world_, installation_, now);
    for (const Peril& peril : perils_) {
      timeline_.push_back({peril.at, [this, &peril] { begin(peril); }});
      if (peril.lasts > base::Duration::zero())
        timeline_.push_back({peril.end(), [this, &peril] { end(peril); }});
    }
    for (int day = 0; day < options_.days; ++day)
      timeline_.push_back({hours{24} * day + hours{20}, [this] { installation_.storage().keep_copy(); }});
    for (int hour = 1; hour < 24 * options_.days; ++hour)
      timeline_.push_back({hours{hour}, [this] {
                             checker_.check_ledger(installation_.calls(), loop_.true_now());
                             check_alarms();
                           }});
    std::stable_sort(timeline_.begin(), timeline_.end(),
                     [](const Act& a, const Act& b) { return a.at < b.at; });
  }

  void begin(const Peril& peril) {
    if (peril.fault) {
      faults_.insert(&peril);
      apply_faults();
      return;
    }
    Hazards& hazards = installation_.hazards;
    switch (peril.process) {
      case ProcessPeril::Die:
        if (installation_.is_up()) die(seconds{2});
        break;
      case ProcessPeril::DieAtTouch:
        hazards.die_at_touch(peril.touch);
        break;
      case ProcessPeril::Restart:
        if (installation_.is_up()) installation_.stop();
        break;
      case ProcessPeril::Down:
        die(peril.lasts);
        break;
      case ProcessPeril::SleepAtTouch:
        hazards.sleep_at_touch(peril.touch);
        break;
      case ProcessPeril::DiskFull:
        hazards.disk_full = true;
        break;
      case ProcessPeril::RefusedConnections:
        hazards.connection_refused = peril.share;
        break;
      case ProcessPeril::ClockWrong:
        loop_.jump_wall_clock(peril.jump);
        checker_.clock_was_wrong();
        break;
      case ProcessPeril::PutBack:
        die(peril.lasts);
        installation_.put_back();
        checker_.database_was_put_back();
        put_back_ = true;
        break;
    }
  }

  void end(const Peril& peril) {
    if (peril.fault) {
      faults_.erase(&peril);
      apply_faults();
    } else if (peril.process == ProcessPeril::DiskFull) {
      installation_.hazards.disk_full = false;
    } else if (peril.process == ProcessPeril::RefusedConnections) {
      installation_.hazards.connection_refused = 0;
    } else if (peril.process == ProcessPeril::DieAtTouch) {
      installation_.hazards.forget_death();
    } else if (peril.process == ProcessPeril::ClockWrong) {
      loop_.set_wall_clock_right();
    }
  }

  void apply_faults() {
    world_.clear_faults();
    for (const Peril* peril : faults_) world_.add_fault(*peril->fault);
    checker_.lists_lie(std::any_of(faults_.begin(), faults_.end(),
                                   [](const Peril* peril) { return makes_lists_lie(*peril->fault); }));
  }

  void start() {
    ++starts_;
    start_due_.reset();
    installation_.start();
  }
  /// The process is gone now, and comes back after a while.
  void die(base::Duration down) {
    loop_.abandon();
    installation_.die();
    start_due_ = std::max(start_due_.value_or(base::Duration{0}), elapsed() + down);
  }

  void advance_to(base::Duration until) {
    while (elapsed() < until) {
      if (start_due_ && elapsed() >= *start_due_) start();
      const base::Duration stop_at = start_due_ ? std::min(*start_due_, until) : until;
      loop_.run_for(stop_at - elapsed());
      check_verdict();
      if (loop_.halted()) die(seconds{5});
    }
  }

  /// An account that has not been polled well for five minutes has been told of.
  void check_alarms() {
    const base::Instant then = loop_.true_now() - minutes{5};
    const bool database_told =
        installation_.told.storage_troubled || installation_.told.storage_healed_at > then;
    if (!installation_.is_up() || installation_.up_since() > then) return;
    for (const simulator::AccountSettings& account : business_.accounts) {
      const bool running = installation_.watches_since(account.email, then);
      const bool polled = installation_.told.last_poll[account.email] > then;
      const bool told = database_told || installation_.told.troubled.contains(account.email);
      if (running && !polled && !told) verdict_.broken("no poll for five minutes, and nothing was said");
    }
  }

  void check_verdict() const {
    if (!verdict_.broken()) return;
    throw Violation(fmt::format("{} (seed {}, minute {:.1f}, {})", *verdict_.broken(), options_.seed,
                                base::to_seconds(elapsed()) / 60,
                                domain::to_string(zone_->wall_time(loop_.true_now()))));
  }

  /// All troubles end. A minute later everything is on schedule; what had no known outcome is settled
  /// as soon as its time has passed.
  void heal() {
    faults_.clear();
    apply_faults();
    installation_.hazards.heal();
    if (start_due_) start_due_ = std::min(*start_due_, elapsed());
    installation_.run_all();
    advance_to(elapsed() + WorldProvider::Options{}.poll_timeout);  // requests that hang meet their end
    const base::Duration healed = elapsed();
    advance_to(healed + minutes{1});

    const base::Instant now = loop_.true_now();
    const base::Duration gap_max = monitor_options(options_.seed).poll_interval + seconds{10};
    for (const simulator::AccountSettings& account : business_.accounts) {
      if (now - installation_.told.last_poll[account.email] > gap_max)
        verdict_.broken("an account is not on schedule a minute after everything was healed");
    }
    if (installation_.told.storage_troubled) verdict_.broken("the database still counts as troubled");
    const base::Instant seen_until = now - gap_max;
    checker_.check_rows(business_.accounts, installation_.calls(), seen_until);
    for (const app::OpenReply& reply : installation_.open_replies()) {
      if (ledger_is_doubted()) break;
      if (reply.state == ReplyState::Reserved && reply.not_before < now - minutes{1})
        verdict_.broken(fmt::format(
            "a text still waits a minute after everything was healed: to {}, claimed {} times, due "
            "{:.1f} min ago",
            reply.text.to.digits(), reply.attempts, base::to_seconds(now - reply.not_before) / 60));
    }
    check_verdict();

    // Rows that were to appear hours late, and the proofs of absence.
    advance_to(healed + hours{7});
    const std::vector<app::CallRecord> calls = installation_.calls();
    checker_.check_ledger(calls, loop_.true_now());
    checker_.check_rows(business_.accounts, calls, loop_.true_now() - gap_max);
    for (const app::OpenReply& reply : installation_.open_replies())
      verdict_.broken(fmt::format("a reply never ended, it is {}", to_code(reply.state)));
    check_verdict();
  }

  /// A database was put back, and the owner has deleted texts in the portal: no text may go until the list is
  /// believed (docs/reliability.md, "What remains").
  bool ledger_is_doubted() {
    const std::vector<DeliveredText> texts = world_.delivered(loop_.true_now());
    return put_back_ && std::any_of(texts.begin(), texts.end(),
                                    [](const DeliveredText& text) { return text.deleted && !text.by_hand; });
  }

  /// Every stranger who was missed has been texted, once. The phones are asked, not the ledger.
  void check_strangers_texted() {
    std::map<std::pair<std::string, std::string>, int> texts;  // by number and caller
    for (const DeliveredText& text : world_.delivered(loop_.true_now())) ++texts[{text.did, text.dst}];
    const std::vector<app::CallRecord> calls = installation_.calls();
    for (const simulator::AccountSettings& account : business_.accounts) {
      for (const simulator::CallView& row : world_.calls(account.email, 1'000'000)) {
        const int count = texts[{row.did, row.callerid}];
        if (count == 1) continue;
        verdict_.broken(fmt::format("{}, who called in minute {:.1f}, got {} texts{}", row.callerid,
                                    base::to_seconds(row.started_at - started_at_) / 60, count,
                                    what_the_ledger_says(row.callerid, calls)));
      }
    }
    check_verdict();
  }

  static bool is_of(const app::CallRecord& call, const std::string& caller) {
    return call.call.caller.number && call.call.caller.number->digits() == caller;
  }

  std::string what_the_ledger_says(const std::string& caller,
                                   const std::vector<app::CallRecord>& calls) const {
    std::string said;
    for (const app::CallRecord& call : calls) {
      if (!is_of(call, caller)) continue;
      said += fmt::format("; decided {} in minute {:.1f}", domain::to_code(call.decision),
                          base::to_seconds(call.first_seen_at - started_at_) / 60);
      if (call.reply)
        said += fmt::format(", its text is {} ({})", to_code(call.reply->state),
                            domain::in_english(call.reply->evidence));
    }
    return said;
  }

  /// A stranger calls each number: whatever has happened, he gets his text.
  void check_that_texts_go_out() {
    int strangers = 0;
    for (const simulator::AccountSettings& account : business_.accounts) {
      for (const simulator::DidSettings& did : account.dids) {
        simulator::CallSpec call;
        call.account = account.email;
        call.did = did.did;
        call.caller = std::to_string(5'559'000'000LL + strangers++);
        (void)world_.place_call(call, loop_.true_now());
      }
    }
    advance_to(elapsed() + minutes{6});
    checker_.check_texts(loop_.true_now());
    for (int n = 0; n < strangers; ++n) {
      if (!checker_.was_texted(std::to_string(5'559'000'000LL + n)))
        verdict_.broken("after everything was healed a caller got no text");
    }
    std::set<std::pair<std::string, std::string>> by_hand;
    for (const DeliveredText& text : world_.delivered(loop_.true_now()))
      if (text.by_hand) by_hand.emplace(text.did, text.dst);
    for (const auto& noted : installation_.texted_elsewhere())
      if (!put_back_ && !by_hand.contains(noted))
        verdict_.broken("an own text was taken for one from elsewhere: to " + noted.second);
    check_verdict();
  }

  long calls_during_perils() {
    long calls = 0;
    for (const simulator::AccountSettings& account : business_.accounts) {
      for (const simulator::CallView& row : world_.calls(account.email, 1'000'000)) {
        const base::Duration at = row.started_at - started_at_;
        calls += std::any_of(perils_.begin(), perils_.end(), [&](const Peril& peril) {
          return peril.lasts <= bounded_peril_max && at >= peril.at && at <= peril.end();
        });
      }
    }
    return calls;
  }

  Report counted() {
    Report report;
    std::map<std::pair<std::string, std::string>, std::vector<base::Instant>> texts;
    for (const DeliveredText& text : world_.delivered(loop_.true_now())) {
      if (text.by_hand) continue;
      ++report.texts;
      texts[{text.did, text.dst}].push_back(text.accepted_at);
    }
    for (const app::CallRecord& call : installation_.calls()) {
      ++report.calls;
      if (!call.reply) continue;
      ++report.replies;
      report.orders += call.reply->orders;
      const ReplyState state = call.reply->state;
      report.sent += state == ReplyState::Sent ? 1 : 0;
      report.uncertain += state == ReplyState::Uncertain ? 1 : 0;
      report.cancelled += state == ReplyState::Cancelled ? 1 : 0;
      report.expired += state == ReplyState::Expired ? 1 : 0;
      report.rejected += state == ReplyState::Rejected ? 1 : 0;
      const auto& arrivals =
          texts[{std::string(call.call.did.digits()), std::string(call.call.caller.number->digits())}];
      report.texted += std::any_of(arrivals.begin(), arrivals.end(), [&](base::Instant at) {
        const bool in_time = call.reply->orders > 0 || at - call.first_seen_at < reserved_to_arrival;
        return at >= call.first_seen_at - clock_error && in_time;
      });
    }
    if (options_.missed_strangers) report.during_perils = calls_during_perils();
    report.starts = starts_;
    report.polls = installation_.told.polls;
    return report;
  }

  RunOptions options_;
  const std::vector<Peril>& perils_;
  std::unique_ptr<domain::TimeZone> zone_;
  Business business_;
  test_support::VirtualLoop loop_;
  base::Instant started_at_;
  Verdict verdict_;
  simulator::World world_;
  Checker checker_;
  Installation installation_;
  std::vector<Act> timeline_;
  std::set<const Peril*> faults_;
  std::optional<base::Duration> start_due_;
  long starts_ = 0;
  bool put_back_ = false;
};

}  // namespace

Report& Report::operator+=(const Report& other) {
  for (const auto field :
       {&Report::calls, &Report::replies, &Report::texts, &Report::sent, &Report::uncertain,
        &Report::cancelled, &Report::expired, &Report::rejected, &Report::texted, &Report::orders,
        &Report::during_perils, &Report::starts, &Report::polls})
    this->*field += other.*field;
  return *this;
}

Report run(const RunOptions& options, const std::vector<Peril>& perils) {
  return Run(options, perils).report();
}

std::vector<Peril> smallest_failing(const RunOptions& options, std::vector<Peril> perils, std::string& why) {
  const auto fails = [&](const std::vector<Peril>& some) {
    try {
      run(options, some);
      return false;
    } catch (const Violation& violation) {
      why = violation.what();
      return true;
    }
  };
  // Halves first, then one by one.
  for (std::size_t part = std::max<std::size_t>(perils.size() / 2, 1);; part /= 2) {
    for (std::size_t at = 0; at < perils.size();) {
      std::vector<Peril> fewer = perils;
      const auto from = fewer.begin() + static_cast<std::ptrdiff_t>(at);
      fewer.erase(from, from + static_cast<std::ptrdiff_t>(std::min(part, fewer.size() - at)));
      if (fails(fewer))
        perils = std::move(fewer);
      else
        at += part;
    }
    if (part == 1) return perils;
  }
}

Report run_two_installations(std::uint64_t seed, bool always_look) {
  const auto zone = platform::load_time_zone("America/Toronto");
  const Business business = plain_business(1, milliseconds{200});

  test_support::VirtualLoop loop(zone->instants(*domain::parse_wall_time(evenings.front())).earlier);
  Verdict verdict(loop);
  simulator::World world({business.accounts, seed, {}, {}});
  Checker checker(world, *zone, verdict);
  app::MonitorOptions options;
  options.always_look = always_look;
  options.settings_interval = seconds{2};
  std::vector<std::unique_ptr<Installation>> installations;
  for (int n = 0; n < 2; ++n) {
    installations.push_back(std::make_unique<Installation>(world, loop, *zone, verdict,
                                                           std::make_unique<MemoryStorage>(), options,
                                                           seed + static_cast<std::uint64_t>(n)));
    // They must not act within the same seconds: then neither could see the other's text.
    installations.back()->poll_without_jitter();
    installations.back()->add_profiles(business.profiles);
    installations.back()->start();
    loop.run_for(seconds{5});
  }

  Chance chance(seed, "days");
  constexpr int calls = 60;
  for (int n = 0; n < calls; ++n) {
    loop.run_for(chance.between(minutes{1}, minutes{40}));
    miss_call(world, business.accounts.front(), 5'553'000'000LL + n, loop.now());
  }
  loop.run_for(hours{2});

  if (always_look) checker.check_texts(loop.now());
  const auto texts = world.delivered(loop.now());
  for (const auto& installation : installations) {
    std::set<std::string> own;
    for (const app::CallRecord& call : installation->calls()) {
      if (call.reply) own.insert(call.reply->provider_id);
    }
    const auto first_of_other = std::find_if(
        texts.begin(), texts.end(), [&](const DeliveredText& text) { return !own.contains(text.id); });
    const auto& found = installation->told.texts_elsewhere;
    if (first_of_other != texts.end() &&
        (found.empty() || found.front() - first_of_other->accepted_at > hours{1}))
      verdict.broken("an installation did not find out about the other within an hour");
  }
  Report report;
  report.calls = calls;
  report.texts = static_cast<long>(texts.size());
  loop.abandon();
  if (verdict.broken())
    throw Violation(fmt::format("{} (seed {}, two installations)", *verdict.broken(), seed));
  return report;
}

}  // namespace sms_notifier::sim
