#include "domain/stop_word.h"

#include <gtest/gtest.h>

namespace sms_notifier::domain {
namespace {

TEST(StopWords, StandAlone) {
  for (const char* body : {"STOP", "stop", " Stop. ", "UNSUBSCRIBE", "Arrêt!", "ARRÊT", "arret", "STOP+"})
    EXPECT_EQ(stop_word(body), StopWord::Stop) << body;
  for (const char* body : {"START", "unstop"}) EXPECT_EQ(stop_word(body), StopWord::Start) << body;
  for (const char* body : {"", "Please stop by tomorrow", "stop it", "starting", "!"})
    EXPECT_FALSE(stop_word(body)) << body;
}

}  // namespace
}  // namespace sms_notifier::domain
