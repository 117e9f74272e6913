#include "domain/own_numbers.h"

#include <algorithm>

namespace sms_notifier::domain {
namespace {

bool contains(std::span<const Did> numbers, const Did& number) {
  return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

}  // namespace

std::vector<Did> believed_numbers(std::span<const Did> known, std::span<const Did> listed,
                                  const std::optional<std::vector<Did>>& listed_before) {
  std::vector<Did> believed(listed.begin(), listed.end());
  for (const Did& number : known) {
    const bool lacked_before = listed_before && !listed_before->empty() && !contains(*listed_before, number);
    const bool gone = !listed.empty() && lacked_before;
    if (!gone && !contains(believed, number)) believed.push_back(number);
  }
  return believed;
}

}  // namespace sms_notifier::domain
