#include "support/installation/kill_loop.h"
#include "torture/parts.h"

namespace sms_notifier::torture {

std::string kills(const Options& options) {
  const test_support::KillFigures figures = test_support::kill_at_random_moments(options.count, options.seed);
  return std::to_string(figures.kills) + " kills and " + std::to_string(figures.before_it_answered) +
         " while starting; " + in_words(figures.tally) + "; first poll at most " +
         std::to_string(figures.longest_to_first_poll.count()) + " ms after a start";
}

}  // namespace sms_notifier::torture
