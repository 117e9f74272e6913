#include "voipms/one_line.h"

namespace sms_notifier::voipms {
namespace {

bool continues_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xC0) == 0x80;
}

}  // namespace

std::string one_line(std::string_view utf8, std::size_t bytes_max) {
  std::string line;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    // U+0080 to U+009F are control characters, too; they are C2 80 to C2 9F in UTF-8.
    const bool long_control =
        byte == 0xC2 && i + 1 < utf8.size() && static_cast<unsigned char>(utf8[i + 1]) < 0xA0;
    if (long_control) ++i;
    if (long_control || byte <= 0x20 || byte == 0x7F) {
      if (!line.empty() && line.back() != ' ') line += ' ';
    } else {
      line += utf8[i];
    }
    if (line.size() > bytes_max) break;
  }

  if (line.size() > bytes_max) {
    std::size_t cut = bytes_max;
    while (cut > 0 && continues_character(line[cut])) --cut;
    line.resize(cut);
    line += "…";
  }
  if (line.ends_with(' ')) line.pop_back();
  return line;
}

}  // namespace sms_notifier::voipms
