#include "sim/business.h"

#include <algorithm>

namespace sms_notifier::sim {
namespace {

using simulator::CallSpec;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

std::string number(int n) {
  return std::to_string(5'552'000'000LL + n);
}

/// Builds the days' acts.
class Days {
 public:
  Days(const Business& business, std::uint64_t seed, int days, simulator::World& world, Owner& owner,
       std::function<base::Instant()> now)
      : business_(business),
        chance_(seed, "days"),
        order_chance_(seed, "orders"),
        hand_chance_(seed, "by hand"),
        delete_chance_(seed, "deletions"),
        days_(days),
        world_(world),
        owner_(owner),
        now_(std::move(now)) {}

  std::vector<Act> acts() && {
    for (const simulator::AccountSettings& account : business_.accounts) {
      const int calls = chance_.between(10, 60) * days_;
      for (int i = 0; i < calls; ++i) call(account);
    }
    const int deeds = chance_.between(0, 4 * days_);
    for (int i = 0; i < deeds; ++i) deed();
    const int orders = order_chance_.between(0, 8 * days_);
    for (int i = 0; i < orders; ++i) order();
    const int deletions = delete_chance_.between(0, 3 * days_);
    for (int i = 0; i < deletions; ++i) deletion();
    std::stable_sort(acts_.begin(), acts_.end(), [](const Act& a, const Act& b) { return a.at < b.at; });
    return std::move(acts_);
  }

 private:
  void at(base::Duration when, std::function<void()> act) { acts_.push_back({when, std::move(act)}); }
  base::Duration moment() { return chance_.between(minutes{2}, hours{24} * days_ - minutes{30}); }
  /// When a row appears, after the call.
  base::Duration lag() {
    if (chance_.happens(0.02)) return chance_.between(minutes{10}, hours{6});
    return chance_.between(base::Duration::zero(), seconds{8});
  }

  /// The leg is recorded once it is over.
  void leg(base::Duration start, CallSpec spec, base::Duration rings = seconds{20}) {
    const base::Duration over = start + rings + spec.seconds;
    spec.visible_in = lag();
    at(over, [this, spec, took = rings + spec.seconds]() mutable {
      spec.started_at = now_() - took;
      if (!world_.place_call(spec, now_())) throw std::logic_error("a call could not be placed");
    });
  }

  void call(const simulator::AccountSettings& account) {
    CallSpec missed;
    missed.account = account.email;
    missed.did = chance_.one_of(account.dids).did;
    missed.caller = number(chance_.happens(0.7) ? chance_.between(0, 30) : 1000 + next_stranger_++);
    missed.disposition = chance_.one_of(std::vector<std::string>{"NO ANSWER", "NO ANSWER", "BUSY", "FAILED"});
    if (chance_.happens(0.15)) {  // a machine answered for a moment
      missed.disposition = "ANSWERED";
      missed.seconds = seconds{chance_.between(1, 10)};
    }
    CallSpec answered = missed;
    answered.disposition = "ANSWERED";
    answered.seconds = seconds{chance_.between(11, 400)};
    const base::Duration start = moment();
    if (hand_chance_.happens(0.03)) {  // the owner answers by hand
      simulator::HandText text{missed.account, missed.did, missed.caller,
                               "Hi, Anna here. What can I do for you?"};
      text.to_caller = true;
      at(start + hand_chance_.between(seconds{20}, minutes{12}),
         [this, text] { (void)world_.write_text(text, now_()); });
    }

    switch (chance_.between(0, 19)) {
      case 0:  // withheld
        missed.caller = "anonymous";
        leg(start, missed);
        break;
      case 1:  // calls again and gets through
      case 2:
        leg(start, missed);
        leg(start + chance_.between(seconds{30}, minutes{6}), answered);
        break;
      case 3:  // calls again and gives up
        leg(start, missed);
        leg(start + chance_.between(seconds{30}, hours{3}), missed);
        break;
      case 4:  // rings at two places, one of them answers
        leg(start, missed);
        leg(start + chance_.between(seconds{0}, seconds{8}), answered);
        break;
      case 5: {  // the row changes afterwards
        missed.unique_id = "changing" + std::to_string(next_id_++);
        const CallChange change{answered.seconds, answered.disposition};
        leg(start, missed);
        at(start + seconds{20} + missed.seconds + chance_.between(seconds{5}, minutes{3}),
           [this, change, id = missed.unique_id] { world_.change_call(id, change); });
        break;
      }
      case 6:  // the row vanishes
        missed.unique_id = "vanishing" + std::to_string(next_id_++);
        leg(start, missed);
        at(start + seconds{20} + missed.seconds + chance_.between(seconds{5}, minutes{3}),
           [this, id = missed.unique_id] { world_.remove_call(id); });
        break;
      case 7: {  // two callers under one id
        missed.unique_id = "twin" + std::to_string(next_id_++);
        missed.twin_id = true;
        CallSpec twin = missed;
        twin.caller = number(500 + next_stranger_++);
        leg(start, missed);
        leg(start + seconds{chance_.between(0, 60)}, twin);
        break;
      }
      case 8:
      case 9:
      case 10:
      case 11:
        leg(start, answered);
        break;
      default:
        leg(start, missed);
    }
  }

  /// The owner looks at the ledger, and orders texts of the calls that got none.
  void order() {
    const base::Duration when = order_chance_.between(minutes{2}, hours{24} * days_ - minutes{30});
    at(when, [this, too_old = order_chance_.between(0, 3)] { owner_.order_texts(too_old); });
  }

  /// The owner tidies up in the portal: a few texts, or all there are.
  void deletion() {
    const base::Duration when = delete_chance_.between(minutes{2}, hours{24} * days_ - minutes{30});
    const std::string did = delete_chance_.one_of(business_.profiles).did;
    const int newest = delete_chance_.happens(0.3) ? 1'000'000 : delete_chance_.between(1, 5);
    at(when, [=, this] { owner_.delete_texts(did, newest); });
  }

  void deed() {
    const auto profile =
        static_cast<std::size_t>(chance_.between(0, static_cast<int>(business_.profiles.size()) - 1));
    const base::Duration when = moment();
    switch (chance_.between(0, 5)) {
      case 0:
      case 1:
        at(when, [=, this] { owner_.run_profile(profile, false); });
        at(when + chance_.between(seconds{1}, hours{2}), [=, this] { owner_.run_profile(profile, true); });
        break;
      case 2:
        at(when, [=, this, n = next_id_++] {
          owner_.edit_message(profile, "Désolé, sorry we missed you. " + std::to_string(n));
        });
        break;
      case 3:
        at(when, [=, this] { owner_.make_anew(profile); });
        break;
      case 4:
        at(when, [this, caller = number(chance_.between(0, 30))] { owner_.block(caller); });
        break;
      default: {
        const simulator::AccountSettings& account = chance_.one_of(business_.accounts);
        const simulator::HandText stop{account.email, chance_.one_of(account.dids).did,
                                       number(chance_.between(0, 30)), "STOP"};
        at(when, [=, this] { (void)world_.write_text(stop, now_()); });
      }
    }
  }

  using CallChange = simulator::CallChange;
  const Business& business_;
  Chance chance_;
  Chance order_chance_;
  Chance hand_chance_;
  Chance delete_chance_;
  int days_;
  simulator::World& world_;
  Owner& owner_;
  std::function<base::Instant()> now_;
  std::vector<Act> acts_;
  int next_stranger_ = 0;
  int next_id_ = 0;
};

}  // namespace

Business business_of(std::uint64_t seed) {
  Chance chance(seed, "business");
  Business business;
  const int accounts = chance.between(1, 2);
  for (int n = 1; n <= accounts; ++n) {
    simulator::AccountSettings account = simulator::numbered_account(n);
    if (chance.happens(0.5)) {
      account.dids.push_back(account.dids.front());
      account.dids.back().did = std::to_string(4'165'100'000 + n);
    }
    account.echo = chance.one_of(std::vector<simulator::Echo>{
        simulator::Echo::Plain, simulator::Echo::UrlEncoded, simulator::Echo::PhpEscaped,
        simulator::Echo::PlainAscii, simulator::Echo::Cut});
    account.numbers = chance.happens(0.3);
    account.bare_single_row = chance.happens(0.3);
    account.refused_numbers = {number(chance.between(0, 30)), number(chance.between(0, 30))};
    account.latency = chance.between(base::Duration::zero(), seconds{2});
    for (const simulator::DidSettings& did : account.dids) {
      domain::ProfileForm form;
      form.account = account.email;
      form.did = did.did;
      form.message = "Désolé — sorry we missed you, we’ll call back as soon as we can.";
      if (chance.happens(0.25)) form.message += std::string(160, '.');  // goes as MMS
      form.call_duration = "10";
      form.limit_to_one_did = account.dids.size() > 1;
      form.wait = chance.happens(0.3) ? "30" : "";
      business.profiles.push_back(form);
    }
    business.accounts.push_back(std::move(account));
  }
  return business;
}

Business plain_business(int accounts, base::Duration latency) {
  Business business;
  for (int n = 1; n <= accounts; ++n) {
    simulator::AccountSettings account = simulator::numbered_account(n);
    account.latency = latency;
    domain::ProfileForm form;
    form.account = account.email;
    form.did = account.dids.front().did;
    form.message = "Sorry we missed you.";
    form.call_duration = "10";
    business.accounts.push_back(account);
    business.profiles.push_back(form);
  }
  return business;
}

void miss_call(simulator::World& world, const simulator::AccountSettings& account, std::int64_t caller,
               base::Instant now) {
  simulator::CallSpec call;
  call.account = account.email;
  call.did = account.dids.front().did;
  call.caller = std::to_string(caller);
  (void)world.place_call(call, now);
}

std::vector<Act> days_of(const Business& business, std::uint64_t seed, int days, simulator::World& world,
                         Owner& owner, std::function<base::Instant()> now) {
  // The acts refer to it, and it must live as long as they do.
  auto builder = std::make_shared<Days>(business, seed, days, world, owner, std::move(now));
  std::vector<Act> acts = std::move(*builder).acts();
  for (Act& act : acts) act.act = [builder, inner = std::move(act.act)] { inner(); };
  return acts;
}

std::vector<Act> missed_strangers(const Business& business, std::uint64_t seed, int days,
                                  const std::vector<Span>& busy, simulator::World& world,
                                  const std::function<base::Instant()>& now) {
  Chance chance(seed, "strangers");
  std::vector<Act> acts;
  const base::Instant start = now();
  const auto missed = [&](base::Duration at, CallSpec spec) {
    constexpr base::Duration rings = seconds{20};
    // A machine that sleeps keeps nobody from calling: the row is there when it wakes.
    spec.started_at = start + at;
    spec.visible_in = chance.between(base::Duration::zero(), seconds{8});
    acts.push_back({at + rings + spec.seconds, [spec, now, &world] { (void)world.place_call(spec, now()); }});
  };
  int strangers = 0;
  const auto calls = [&](const simulator::AccountSettings& account, Span when) {
    CallSpec spec;
    spec.account = account.email;
    spec.did = chance.one_of(account.dids).did;
    spec.caller = number(10'000 + strangers++);
    spec.disposition = chance.one_of(std::vector<std::string>{"NO ANSWER", "BUSY", "FAILED", "ANSWERED"});
    if (spec.disposition == "ANSWERED") spec.seconds = seconds{chance.between(1, 10)};
    const base::Duration at = chance.between(when.begin, when.end);
    missed(at, spec);
    if (chance.happens(0.1)) missed(at + chance.between(minutes{1}, minutes{8}), spec);
  };
  for (const simulator::AccountSettings& account : business.accounts) {
    const int usual = chance.between(10, 60) * days;
    for (int n = 0; n < usual; ++n) calls(account, {minutes{2}, hours{24} * days - minutes{30}});
    for (const Span& span : busy) {
      const int more = chance.happens(0.1) ? chance.between(5, 15) : chance.between(1, 3);
      for (int n = 0; n < more; ++n) calls(account, span);
    }
  }
  return acts;
}

std::vector<Act> missed_calls(const Business& business, int count, int days, simulator::World& world,
                              const std::function<base::Instant()>& now) {
  std::vector<Act> acts;
  const base::Duration gap = (hours{24} * days - hours{1}) / count;
  for (int n = 0; n < count; ++n) {
    const simulator::AccountSettings& account =
        business.accounts[static_cast<std::size_t>(n) % business.accounts.size()];
    CallSpec spec;
    spec.account = account.email;
    spec.did = account.dids.front().did;
    spec.caller = number(10'000 + n);
    acts.push_back({minutes{5} + gap * n, [spec, now, &world] { (void)world.place_call(spec, now()); }});
  }
  return acts;
}

}  // namespace sms_notifier::sim
