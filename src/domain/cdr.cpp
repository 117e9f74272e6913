#include "domain/cdr.h"

#include <algorithm>
#include <cctype>

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

}  // namespace sms_notifier::domain
