#include "simulator/benchmark_rows.h"

#include <string>

#include "simulator/eastern_time.h"

namespace sms_notifier::simulator {
namespace {

constexpr int shortest_seconds = 45;
constexpr int callers = 700;

}  // namespace

void add_rows_of_today(World& world, int rows_per_account, base::Instant now) {
  const auto wall = eastern_wall_time(now).time;
  const base::Duration day_so_far = wall - std::chrono::floor<std::chrono::days>(wall);
  for (const AccountSettings& account : world.accounts()) {
    if (account.dids.empty()) continue;
    for (int i = 0; i < rows_per_account; ++i) {
      CallSpec call;
      call.account = account.email;
      call.did = account.dids.front().did;
      call.caller = std::to_string(5'145'550'000 + i % callers);
      call.name = "CALLER " + std::to_string(i % callers);
      call.seconds = std::chrono::seconds{shortest_seconds + i % 240};
      call.started_at = now - day_so_far + day_so_far * i / rows_per_account;
      world.place_call(call, now);
    }
  }
}

}  // namespace sms_notifier::simulator
