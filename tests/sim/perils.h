#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "simulator/fault.h"

namespace sms_notifier::sim {

/// What goes wrong with the process and the machine under it, rather than at the provider.
enum class ProcessPeril {
  Die,           ///< kill -9, and a start a little later
  DieAtTouch,    ///< the same at a touch of network or store: the n-th from then on
  Restart,       ///< an orderly stop and start
  Down,          ///< no process for as long as the peril lasts
  SleepAtTouch,  ///< the machine sleeps at a touch of network or store
  DiskFull,
  RefusedConnections,
  ClockWrong,  ///< the machine's clock jumps, and is set right at the end
  PutBack,     ///< the process is down, and the database comes back as it was the evening before
};

/// One trouble of a run.
struct Peril {
  base::Duration at;     ///< since the start of the run
  base::Duration lasts;  ///< what is over in a moment lasts none
  std::optional<simulator::Fault> fault;
  ProcessPeril process = ProcessPeril::Die;  ///< without a fault
  int touch = 0;
  base::Duration jump{0};  ///< of ClockWrong
  double share = 0.5;      ///< of the requests, of RefusedConnections

  base::Duration end() const { return at + lasts; }
};

std::string to_string(const Peril& peril);
/// A list of texts then lacks what it should show.
bool makes_lists_lie(const simulator::Fault& fault);

/// The troubles that the seed has in store for that many days.
std::vector<Peril> perils_of(std::uint64_t seed, int days);
/// No trouble of `bounded_perils` lasts longer.
constexpr base::Duration bounded_peril_max = std::chrono::minutes{10};
/// One trouble at a time, while the lists of texts tell the truth: late as far as the promise allows, or
/// unreadable, but complete.
std::vector<Peril> bounded_perils(std::uint64_t seed, int days);
/// 10 % of the answers to texts are lost, 10 % of the texts accepted 30 to 180 s late, lists lag 239 s,
/// for as long as the run lasts (docs/reliability.md, "What shows it").
std::vector<Peril> lossy_sends(int days);

}  // namespace sms_notifier::sim
