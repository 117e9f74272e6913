#include "domain/own_numbers.h"

#include <algorithm>

namespace sms_notifier::domain {
namespace {

bool contains(std::span<const Did> numbers, const Did& number) {
  return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

}  // namespace

BelievedNumbers believed_numbers(const BelievedNumbers& before, std::span<const Did> listed,
                                 base::Monotonic now) {
  if (listed.empty()) return before;
  BelievedNumbers after;
  after.numbers.assign(listed.begin(), listed.end());
  for (const Did& number : before.numbers) {
    if (contains(after.numbers, number)) continue;
    const auto lacking = before.lacking_since.find(number);
    const base::Monotonic since = lacking == before.lacking_since.end() ? now : lacking->second;
    if (now - since >= lacking_for_min) continue;
    after.numbers.push_back(number);
    after.lacking_since[number] = since;
  }
  return after;
}

}  // namespace sms_notifier::domain
