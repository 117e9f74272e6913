#include "sim/perils.h"

#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "sim/chance.h"

namespace sms_notifier::sim {
namespace {

using simulator::Fault;
using simulator::FaultKind;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

std::string_view to_string(ProcessPeril peril) {
  switch (peril) {
    case ProcessPeril::Die:
      return "die";
    case ProcessPeril::DieAtTouch:
      return "die at touch";
    case ProcessPeril::Restart:
      return "restart";
    case ProcessPeril::Down:
      return "down";
    case ProcessPeril::SleepAtTouch:
      return "sleep at touch";
    case ProcessPeril::DiskFull:
      return "disk full";
    case ProcessPeril::RefusedConnections:
      return "refused connections";
    case ProcessPeril::ClockWrong:
      return "clock jumps";
    case ProcessPeril::PutBack:
      return "database put back";
  }
  return "";
}

std::string sending(Chance& chance) {
  return chance.happens(0.7) ? "sendSMS" : "sendMMS";
}

/// One of the provider's troubles, on all requests or on some.
Fault fault_of(Chance& chance) {
  static const std::vector<FaultKind> kinds{
      FaultKind::Latency,       FaultKind::Hang,       FaultKind::CloseBefore,   FaultKind::CloseAfter,
      FaultKind::ResetAfter,    FaultKind::HttpError,  FaultKind::Cloudflare522, FaultKind::Html,
      FaultKind::TruncatedJson, FaultKind::Truncate,   FaultKind::Empty,         FaultKind::Status,
      FaultKind::StatusAfter,   FaultKind::AcceptLate, FaultKind::Drip,          FaultKind::ListLag,
      FaultKind::ListEmpty,     FaultKind::ListFail,   FaultKind::ListShort};
  Fault fault;
  fault.kind = chance.one_of(kinds);
  fault.probability = chance.one_of(std::vector<double>{0.1, 0.3, 1.0});
  switch (fault.kind) {
    case FaultKind::Latency:
      fault.delay = chance.between(seconds{1}, seconds{95});
      break;
    case FaultKind::AcceptLate:
      fault.delay = chance.between(seconds{30}, seconds{180});
      fault.method = sending(chance);
      break;
    case FaultKind::Status:
      fault.status = chance.one_of(std::vector<std::string>{"api_limit_exceeded", "method_maintenance",
                                                            "limit_reached", "unavailable_info"});
      break;
    case FaultKind::StatusAfter:
      fault.method = sending(chance);
      fault.status = chance.one_of(std::vector<std::string>{"sms_failed", "tls_error"});
      break;
    case FaultKind::Drip:
      fault.delay = chance.between(std::chrono::milliseconds{5}, seconds{1});
      break;
    case FaultKind::ListLag:
      fault.delay = chance.between(seconds{5}, seconds{239});
      break;
    case FaultKind::HttpError:
    case FaultKind::Cloudflare522:
    case FaultKind::Html:
    case FaultKind::Empty:
      fault.acted = chance.happens(0.5);
      break;
    case FaultKind::Hang:
    case FaultKind::CloseBefore:
    case FaultKind::CloseAfter:
    case FaultKind::ResetBefore:
    case FaultKind::ResetAfter:
    case FaultKind::TruncatedJson:
    case FaultKind::Truncate:
    case FaultKind::Big:
    case FaultKind::Replay:
    case FaultKind::ReplayLast:
    case FaultKind::ListEmpty:
    case FaultKind::ListFail:
    case FaultKind::RateLimit:
      break;
    case FaultKind::ListShort:
      fault.rows = static_cast<std::size_t>(chance.between(1, 50));
      break;
  }
  if (fault.method.empty() && chance.happens(0.6))
    fault.method = chance.one_of(std::vector<std::string>{"getCDR", "sendSMS", "getSMS", "getMMS"});
  return fault;
}

/// Answers to texts are lost, some of them with the text, and the provider does not say for so long what it
/// sent that texts become uncertain.
void add_blindness(std::vector<Peril>& perils, Chance& chance, base::Duration at) {
  const base::Duration lasts = chance.between(minutes{70}, minutes{150});
  Fault blind;
  blind.kind = FaultKind::ListFail;
  perils.push_back({at, lasts, blind});
  for (const FaultKind kind : {FaultKind::CloseAfter, FaultKind::CloseBefore}) {
    Fault lost;
    lost.kind = kind;
    lost.method = "sendSMS";
    lost.probability = 0.4;
    perils.push_back({at, lasts, lost});
  }
}

/// The provider bears so many requests a minute of each account, and counts those that it refuses.
void add_rate_limit(std::vector<Peril>& perils, Chance& chance, base::Duration at) {
  Fault limit;
  limit.kind = FaultKind::RateLimit;
  limit.per_minute = chance.between(10, 60);
  perils.push_back({at, chance.between(minutes{5}, hours{4}), limit});
}

/// One of the two lists fails for hours, and answers to texts of its kind are lost meanwhile.
void add_failing_list(std::vector<Peril>& perils, Chance& chance, base::Duration at) {
  const base::Duration lasts = chance.between(hours{1}, hours{6});
  const bool sms = chance.happens(0.5);
  Fault fail;
  fail.kind = FaultKind::ListFail;
  fail.method = sms ? "getSMS" : "getMMS";
  perils.push_back({at, lasts, fail});
  Fault lost;
  lost.kind = FaultKind::CloseAfter;
  lost.method = sms ? "sendSMS" : "sendMMS";
  lost.probability = 0.2;
  perils.push_back({at, lasts, lost});
}

/// Texts are taken up to three minutes late, and listed up to four minutes after that: all that the promise
/// allows, for one and the same text.
void add_lateness(std::vector<Peril>& perils, Chance& chance, base::Duration at) {
  const base::Duration lasts = chance.between(minutes{10}, hours{3});
  Fault lag;
  lag.kind = FaultKind::ListLag;
  lag.delay = chance.happens(0.5) ? seconds{239} : chance.between(seconds{0}, seconds{239});
  perils.push_back({at, lasts, lag});
  Fault late;
  late.kind = FaultKind::AcceptLate;
  late.method = sending(chance);
  late.delay = chance.happens(0.3) ? seconds{180} : chance.between(seconds{0}, seconds{180});
  late.probability = chance.one_of(std::vector<double>{0.3, 1.0});
  perils.push_back({at, lasts, late});
}

/// The machine's clock is set wrong, by seconds or by days, now and then twice in a row.
void add_wrong_clock(std::vector<Peril>& perils, Chance& chance, base::Duration at) {
  const base::Duration lasts = chance.between(seconds{1}, hours{5});
  const int jumps = chance.happens(0.3) ? 2 : 1;
  for (int n = 0; n < jumps; ++n) {
    const base::Duration most = chance.one_of(
        std::vector<base::Duration>{seconds{90}, minutes{5}, minutes{20}, hours{6}, std::chrono::days{2}});
    Peril peril{at + chance.between(base::Duration{0}, lasts) * n, lasts, std::nullopt,
                ProcessPeril::ClockWrong, 0};
    peril.jump = chance.between(-most, most);
    perils.push_back(peril);
  }
}

/// Answers to texts are those to the text before, whose id they carry; some of the texts go out, some do not.
void add_replayed_answers(std::vector<Peril>& perils, Chance& chance, base::Duration at) {
  const base::Duration lasts = chance.between(minutes{5}, hours{2});
  Fault replayed;
  replayed.kind = FaultKind::ReplayLast;
  replayed.acted = chance.happens(0.5);
  replayed.probability = chance.one_of(std::vector<double>{0.3, 1.0});
  perils.push_back({at, lasts, replayed});
}

/// Troubles that last for hours. A stream of chance for each, so that one more of them leaves
/// the perils of a seed as they were.
void add_long_perils(std::vector<Peril>& perils, std::uint64_t seed, base::Duration end) {
  using Add = void (*)(std::vector<Peril>&, Chance&, base::Duration);
  constexpr std::array<std::pair<std::string_view, Add>, 5> kinds{
      {{"rate limits", add_rate_limit},
       {"failing lists", add_failing_list},
       {"lateness", add_lateness},
       {"wrong clock", add_wrong_clock},
       {"replayed answers", add_replayed_answers}}};
  for (const auto& [stream, add] : kinds) {
    Chance chance(seed, stream);
    const int count = chance.between(0, 2);
    for (int i = 0; i < count; ++i) add(perils, chance, chance.between(minutes{1}, end - minutes{1}));
  }
}

}  // namespace

std::string to_string(const Peril& peril) {
  const auto minutes_of = [](base::Duration d) { return base::to_seconds(d) / 60; };
  std::string what;
  if (peril.fault) {
    what = fmt::format("{} {} at {:.0f} %", simulator::to_string(peril.fault->kind),
                       peril.fault->method.empty() ? "on all" : "on " + peril.fault->method,
                       peril.fault->probability * 100);
    if (peril.fault->delay) what += fmt::format(", {:.1f} s", base::to_seconds(*peril.fault->delay));
    if (!peril.fault->status.empty()) what += ", " + peril.fault->status;
    if (peril.fault->acted) what += ", acted on";
    if (peril.fault->kind == FaultKind::RateLimit)
      what += fmt::format(", {} a minute", peril.fault->per_minute);
  } else {
    what = to_string(peril.process);
    if (peril.touch > 0) what += " " + std::to_string(peril.touch);
    if (peril.process == ProcessPeril::RefusedConnections)
      what += fmt::format(" at {:.0f} %", peril.share * 100);
    if (peril.jump != base::Duration{0}) what += fmt::format(" by {:.1f} s", base::to_seconds(peril.jump));
  }
  return fmt::format("minute {:.1f}, for {:.1f} min: {}", minutes_of(peril.at), minutes_of(peril.lasts),
                     what);
}

std::vector<Peril> perils_of(std::uint64_t seed, int days) {
  Chance chance(seed, "perils");
  std::vector<Peril> perils;
  const base::Duration end = hours{24} * days;
  const auto moment = [&] { return chance.between(minutes{1}, end - minutes{1}); };
  const int faults = chance.between(0, 12 * days);
  for (int i = 0; i < faults; ++i) {
    const base::Duration at = moment();
    perils.push_back({at, chance.between(seconds{10}, minutes{30}), fault_of(chance)});
  }
  const auto some = [&](int most, ProcessPeril process, base::Duration least, base::Duration longest,
                        int touches) {
    const int count = chance.between(0, most * days);
    for (int i = 0; i < count; ++i) {
      const base::Duration at = moment();
      const base::Duration lasts = chance.between(least, longest);
      perils.push_back({at, lasts, std::nullopt, process, touches > 0 ? chance.between(1, touches) : 0});
    }
  };
  some(4, ProcessPeril::Die, {}, {}, 0);
  some(12, ProcessPeril::DieAtTouch, minutes{1}, minutes{1}, 60);
  some(2, ProcessPeril::Restart, {}, {}, 0);
  some(1, ProcessPeril::Down, minutes{1}, hours{3}, 0);
  some(3, ProcessPeril::SleepAtTouch, {}, {}, 60);
  some(3, ProcessPeril::DiskFull, seconds{10}, minutes{20}, 0);
  some(3, ProcessPeril::RefusedConnections, seconds{10}, minutes{20}, 0);
  if (days > 1 && chance.happens(0.3)) {
    const base::Duration at = chance.between(hours{24}, end - hours{1});
    perils.push_back({at, chance.between(minutes{5}, minutes{50}), std::nullopt, ProcessPeril::PutBack, 0});
  }
  const int blindnesses = chance.between(0, days);
  for (int i = 0; i < blindnesses; ++i) add_blindness(perils, chance, moment());
  add_long_perils(perils, seed, end);
  return perils;
}

bool makes_lists_lie(const Fault& fault) {
  return fault.kind == FaultKind::ListEmpty || fault.kind == FaultKind::ListShort;
}

namespace {

/// VoIP.ms takes no texts, or answers nothing at all, and says why.
Fault refusal(Chance& chance) {
  Fault refused;
  refused.kind = FaultKind::Status;
  if (chance.happens(0.8)) refused.method = sending(chance);
  refused.status = chance.one_of(std::vector<std::string>{"non_sufficient_funds", "limit_reached",
                                                          "method_maintenance", "invalid_credentials",
                                                          "api_not_enabled", "ip_not_enabled", "sms_failed"});
  return refused;
}

Fault bounded_fault(Chance& chance) {
  Fault fault;
  switch (chance.between(0, 9)) {
    case 0:
    case 1:
      return refusal(chance);
    case 2:
      fault.kind = FaultKind::RateLimit;
      fault.per_minute = chance.between(10, 60);
      return fault;
    case 3:
      fault.kind = FaultKind::ReplayLast;
      fault.acted = chance.happens(0.5);
      return fault;
    default:
      do fault = fault_of(chance);
      while (makes_lists_lie(fault));
      return fault;
  }
}

Peril bounded_peril(Chance& chance, base::Duration at) {
  const bool longest = chance.happens(0.5);
  const base::Duration lasts = longest ? bounded_peril_max : chance.between(seconds{10}, bounded_peril_max);
  if (chance.happens(0.7)) return {at, lasts, bounded_fault(chance)};
  Peril peril{at, lasts, std::nullopt};
  peril.process = chance.one_of(
      std::vector<ProcessPeril>{ProcessPeril::Die, ProcessPeril::DieAtTouch, ProcessPeril::Restart,
                                ProcessPeril::Down, ProcessPeril::SleepAtTouch, ProcessPeril::DiskFull,
                                ProcessPeril::RefusedConnections, ProcessPeril::ClockWrong});
  if (peril.process == ProcessPeril::DieAtTouch || peril.process == ProcessPeril::SleepAtTouch)
    peril.touch = chance.between(1, 20);
  if (peril.process == ProcessPeril::RefusedConnections)
    peril.share = chance.one_of(std::vector<double>{0.5, 1.0});
  if (peril.process == ProcessPeril::ClockWrong) {
    const base::Duration most = chance.one_of(
        std::vector<base::Duration>{seconds{90}, minutes{5}, minutes{20}, hours{6}, std::chrono::days{2}});
    peril.jump = chance.between(-most, most);
  }
  return peril;
}

}  // namespace

std::vector<Peril> bounded_perils(std::uint64_t seed, int days) {
  Chance chance(seed, "bounded perils");
  const base::Duration end = hours{24} * days;
  Fault lag;
  lag.kind = FaultKind::ListLag;
  lag.delay = chance.between(seconds{0}, seconds{239});
  std::vector<Peril> perils{{{}, end, lag}};
  for (base::Duration at = minutes{10}; at < end - hours{1};) {
    perils.push_back(bounded_peril(chance, at));
    // What it leaves behind comes to rest in twenty minutes; a sleep may only begin at its end.
    at = perils.back().end() + chance.between(minutes{30}, minutes{50});
  }
  return perils;
}

std::vector<Peril> lossy_sends(int days) {
  const base::Duration all = hours{24} * days;
  std::vector<Peril> perils;
  Fault lag;
  lag.kind = FaultKind::ListLag;
  lag.delay = seconds{239};
  perils.push_back({{}, all, lag});
  Fault lost;
  lost.kind = FaultKind::CloseAfter;
  lost.method = "sendSMS";
  lost.probability = 0.1;
  perils.push_back({{}, all, lost});
  // Of the rest, so that together a tenth of all is accepted late.
  for (const int late : {30, 60, 90, 120, 150, 180}) {
    Fault accepted_late;
    accepted_late.kind = FaultKind::AcceptLate;
    accepted_late.method = "sendSMS";
    accepted_late.delay = seconds{late};
    accepted_late.probability = 0.0195;
    perils.push_back({{}, all, accepted_late});
  }
  return perils;
}

}  // namespace sms_notifier::sim
