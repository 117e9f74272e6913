#include "domain/stop_word.h"

#include <algorithm>
#include <array>
#include <string>

#include "domain/reconcile.h"
#include "domain/text.h"

namespace sms_notifier::domain {

std::optional<StopWord> stop_word(std::string_view body) {
  constexpr std::array<std::string_view, 9> stops{"stop", "stopall", "unsubscribe", "cancel", "end",
                                                  "quit", "arret",   "arrêt",       "arrÊt"};
  constexpr std::array<std::string_view, 2> starts{"start", "unstop"};
  std::string word = lower_case(normalised_body(body));
  while (word.ends_with('.') || word.ends_with('!')) word.pop_back();
  if (std::find(stops.begin(), stops.end(), word) != stops.end()) return StopWord::Stop;
  if (std::find(starts.begin(), starts.end(), word) != starts.end()) return StopWord::Start;
  return std::nullopt;
}

}  // namespace sms_notifier::domain
