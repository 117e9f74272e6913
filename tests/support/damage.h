#pragma once

#include <fstream>
#include <string>

namespace sms_notifier::test_support {

/// Writes nonsense over a page of a database of ours, which counts from 1, in the file itself.
inline void damage_page(const std::string& database, int page) {
  constexpr int page_bytes = 4096;
  std::fstream file(database, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(static_cast<std::streamoff>(page - 1) * page_bytes);
  file << std::string(page_bytes, '\xAA');
}

}  // namespace sms_notifier::test_support
