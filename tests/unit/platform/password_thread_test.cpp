#include "platform/password_thread.h"

#include <algorithm>
#include <latch>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace sms_notifier::platform {
namespace {

using Asker = app::PasswordDesk::Asker;
using Verdict = app::PasswordDesk::Verdict;

/// Looks at no password before the test says so.
class HeldHasher final : public app::PasswordHasher {
 public:
  explicit HeldHasher(std::latch& gate) : gate_(gate) {}
  std::string hash(const base::Secret&) const override { return "hash"; }
  bool verify(const base::Secret&, std::string_view) const override {
    gate_.wait();
    return true;
  }
  bool needs_upgrade(std::string_view) const override { return false; }

 private:
  std::latch& gate_;
};

struct Desk {
  std::latch gate{1};
  boost::asio::io_context loop{1};
  std::unique_ptr<app::PasswordDesk> desk = make_password_thread(std::make_unique<HeldHasher>(gate));
  std::vector<Verdict> verdicts;
  std::vector<Asker> askers;  ///< in the order of their answers

  void ask(Asker asker) {
    const auto verify = [](Desk& self, Asker whose) -> base::task<> {
      base::Secret password("x");
      std::optional<std::string> hash("hash");
      const Verdict verdict = co_await self.desk->verify(whose, std::move(password), std::move(hash));
      self.verdicts.push_back(verdict);
      self.askers.push_back(whose);
    };
    boost::asio::co_spawn(loop, verify(*this, asker), boost::asio::detached);
  }
  int busy() const { return static_cast<int>(std::count(verdicts.begin(), verdicts.end(), Verdict::Busy)); }
};

TEST(PasswordThread, KeepsPlacesForThoseWhoAreKnown) {
  Desk desk;
  for (int i = 0; i < 200; ++i) desk.ask(Asker::Stranger);
  desk.loop.poll();
  const int refused = desk.busy();
  EXPECT_GT(refused, 100);
  for (int i = 0; i < 10; ++i) desk.ask(Asker::Known);
  desk.loop.poll();
  EXPECT_EQ(desk.busy(), refused);
  desk.gate.count_down();
  desk.loop.run();
  EXPECT_EQ(desk.verdicts.size(), 210U);
  EXPECT_EQ(desk.busy(), refused);
}

TEST(PasswordThread, LooksAtThoseWhoAreKnownFirst) {
  Desk desk;
  for (int i = 0; i < 20; ++i) desk.ask(Asker::Stranger);
  desk.loop.poll();
  desk.ask(Asker::Known);
  desk.loop.poll();
  desk.gate.count_down();
  desk.loop.run();
  const auto known = std::find(desk.askers.begin(), desk.askers.end(), Asker::Known);
  EXPECT_LE(known - desk.askers.begin(), 1) << "after the one that was being looked at already";
}

TEST(PasswordThread, TellsEvenTheKnownToComeAgainWhenAllPlacesAreTaken) {
  Desk desk;
  for (int i = 0; i < 200; ++i) desk.ask(Asker::Known);
  desk.loop.poll();
  EXPECT_GT(desk.busy(), 100);
  desk.gate.count_down();
  desk.loop.run();
}

}  // namespace
}  // namespace sms_notifier::platform
