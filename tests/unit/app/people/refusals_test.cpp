#include "app/people/refusals.h"

#include <stdexcept>

#include <gtest/gtest.h>

#include "support/run_task.h"

namespace sms_notifier::app {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using test_support::run_task;

const base::Instant start{hours{500'000}};

/// Cannot be written while it is full.
class FullTrail final : public AuditTrail {
 public:
  base::task<> note(AuditRow row) override {
    if (full) throw std::runtime_error("the disk is full");
    rows.push_back(std::move(row));
    co_return;
  }
  base::task<std::vector<AuditRow>> audit_rows(std::optional<std::int64_t>, std::size_t) override {
    co_return rows;
  }
  bool full = false;
  std::vector<AuditRow> rows;
};

struct RefusalsIn : ::testing::Test {
  void refuse(AuditAction action, base::Instant at, int times = 1) {
    for (int n = 0; n < times; ++n) run_task(refusals.note({0, {at, {}}, action, {}, {}}));
  }
  /// What the trail says of refusals that have no rows of their own.
  std::vector<std::string> counts() {
    std::vector<std::string> all;
    for (const AuditRow& row : trail.rows)
      if (!row.details.empty()) all.push_back(row.details[0].after.value_or(""));
    return all;
  }
  FullTrail trail;
  Refusals refusals{trail};
};

TEST_F(RefusalsIn, AFloodAreCountedOnceTheFirstOfAMinuteHaveTheirRows) {
  for (int n = 0; n < 350; ++n) refuse(AuditAction::LogInFailed, start + seconds{n / 20});
  EXPECT_EQ(trail.rows.size(), 5U);
  run_task(refusals.write_counts(start + seconds{59}));
  EXPECT_EQ(trail.rows.size(), 5U);
  run_task(refusals.write_counts(start + seconds{60}));
  EXPECT_EQ(counts(), std::vector<std::string>{"345"});
  EXPECT_EQ(trail.rows.back().act.actor.kind, Actor::Kind::Service);
  run_task(refusals.write_counts(start + seconds{61}));
  EXPECT_EQ(trail.rows.size(), 6U);
  refuse(AuditAction::LogInFailed, start + seconds{61});
  EXPECT_EQ(trail.rows.size(), 7U) << "a new minute";
}

TEST_F(RefusalsIn, AMinuteThatIsNotWrittenDownYetAreNotLost) {
  refuse(AuditAction::TokenRefused, start, 6);
  refuse(AuditAction::TokenRefused, start + hours{1}, 6);
  run_task(refusals.write_counts(start + hours{2}));
  EXPECT_EQ(counts(), std::vector<std::string>{"7"}) << "5 of the 12 had rows";
}

TEST_F(RefusalsIn, OneKindTakeNoPlaceFromAnother) {
  refuse(AuditAction::TokenRefused, start, 100);
  refuse(AuditAction::FormRefused, start);
  EXPECT_EQ(trail.rows.back().action, AuditAction::FormRefused);
}

TEST_F(RefusalsIn, TheTimeOfAFullDiskAreCountedAndToldLater) {
  trail.full = true;
  refuse(AuditAction::TokenRefused, start, 3);
  run_task(refusals.write_counts(start + hours{1}));
  EXPECT_TRUE(trail.rows.empty());
  trail.full = false;
  run_task(refusals.write_counts(start + hours{1}));
  EXPECT_EQ(counts(), std::vector<std::string>{"3"});
}

}  // namespace
}  // namespace sms_notifier::app
