#include "domain/cdr.h"

#include <cctype>

#include "domain/text.h"

namespace sms_notifier::domain {

Disposition parse_disposition(std::string_view text) {
  std::string letters;
  for (const char c : text) {
    if (std::isalpha(static_cast<unsigned char>(c)) != 0)
      letters += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  if (letters == "ANSWERED") return Disposition::Answered;
  if (letters == "NOANSWER") return Disposition::NoAnswer;
  if (letters == "BUSY") return Disposition::Busy;
  if (letters == "FAILED") return Disposition::Failed;
  return Disposition::Other;
}

std::string_view to_string(Disposition disposition) {
  switch (disposition) {
    case Disposition::Answered:
      return "ANSWERED";
    case Disposition::NoAnswer:
      return "NO ANSWER";
    case Disposition::Busy:
      return "BUSY";
    case Disposition::Failed:
      return "FAILED";
    case Disposition::Other:
      return "OTHER";
  }
  return "OTHER";
}

Direction direction_of(std::string_view destination_type) {
  const std::string way = lower_case(trimmed(destination_type.substr(0, destination_type.find(':'))));
  if (way.empty() && trimmed(destination_type).empty()) return Direction::Unstated;
  if (way == "in") return Direction::Inbound;
  if (way == "out") return Direction::Outbound;
  return Direction::Unknown;
}

}  // namespace sms_notifier::domain
