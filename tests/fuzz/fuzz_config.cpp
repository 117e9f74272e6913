// Configuration files: any text is either a configuration, which reads back from what is printed of it, or
// one line that says what is wrong.

#include <cstdint>
#include <string>

#include "fuzz/property.h"
#include "server/config.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sms_notifier;
  constexpr std::size_t line_bytes_max = 520;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto config = server::parse_config(text, "fuzz.toml", {});
  if (!config) {
    fuzz::require(!config.error().message.empty(), "a refusal says why");
    fuzz::require(fuzz::is_one_short_line(config.error().message, line_bytes_max),
                  "a refusal is one short line");
    return 0;
  }
  if (!config->log_token.empty()) return 0;  // hidden, and so not printed
  std::string printed = server::print_config(*config);
  printed.erase(printed.find("token = "));
  const auto again = server::parse_config(printed, "printed.toml", {});
  fuzz::require(again.ok(), "what is printed can be read");
  fuzz::require(server::print_config(*again) == server::print_config(*config), "and says the same");
  return 0;
}
