// Balance and numbers are asked for in one place.

#include "app/health/texting_means.h"

#include <gtest/gtest.h>

#include "support/engine.h"

namespace sms_notifier::app {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test_support::Engine;

constexpr const char* new_number = "5550100101";

class Means : public ::testing::Test {
 protected:
  Means() {
    engine.run_profile(engine.add_profile(Engine::form()));
    engine.start();
    engine.run_for(seconds{10});
  }
  std::string decision_on_call_from(const std::string& number) {
    const std::string id = "call " + std::to_string(++calls_);
    engine.call(id, number);
    engine.run_for(seconds{30});
    return engine.decision(id);
  }

  Engine engine;

 private:
  int calls_ = 0;
};

TEST_F(Means, AskForTheNumbersOnceAtAStartAndOnceAnHour) {
  EXPECT_EQ(engine.provider->numbers_asked, 1);
  engine.run_for(minutes{55});
  EXPECT_EQ(engine.provider->numbers_asked, 1);
  engine.run_for(minutes{10});
  EXPECT_EQ(engine.provider->numbers_asked, 2);
}

TEST_F(Means, KnowTheOwnNumbersBeforeTheFirstPoll) {
  EXPECT_EQ(decision_on_call_from(Engine::other_did), "own_number");
}

TEST_F(Means, KnowANewNumberAsOwnWithinTheHour) {
  engine.provider->numbers[Engine::email].push_back(new_number);
  engine.run_for(minutes{65});
  EXPECT_EQ(decision_on_call_from(new_number), "own_number");
}

TEST_F(Means, TakeANumberForGivenUpAfterADay) {
  engine.provider->numbers[Engine::email] = {Engine::did};
  engine.run_for(hours{20});
  EXPECT_EQ(decision_on_call_from(Engine::other_did), "own_number");
  engine.run_for(hours{8});
  EXPECT_EQ(decision_on_call_from(Engine::other_did), "reply");
}

TEST(MeansAtAStart, AskAgainSoonWhenNoNumberIsListed) {
  Engine engine;
  engine.run_profile(engine.add_profile(Engine::form()));
  engine.provider->numbers[Engine::email].clear();
  engine.start();
  engine.run_for(seconds{10});
  engine.provider->numbers[Engine::email] = {Engine::did, Engine::other_did};
  engine.run_for(minutes{6});
  engine.call("own", Engine::other_did);
  engine.run_for(seconds{30});
  EXPECT_EQ(engine.decision("own"), "own_number");
}

}  // namespace
}  // namespace sms_notifier::app
