// Dates of rows: what can be read is written back the same.

#include <cstdint>
#include <string>

#include "domain/wall_time.h"
#include "fuzz/property.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace sms_notifier;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto wall = domain::parse_wall_time(text);
  if (wall) fuzz::require(domain::to_string(*wall) == text, "a date that was read is written back the same");
  return 0;
}
