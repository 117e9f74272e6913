#pragma once

#include <span>
#include <string_view>

namespace sms_notifier::web {

/// A file of the folder /web, as it was when the program was built.
struct EmbeddedFile {
  std::string_view path;  ///< `assets/style.css`
  std::string_view content;
  std::string_view hash;  ///< of the content: a new one whenever it changes
};

/// All of them, by path.
std::span<const EmbeddedFile> embedded_files();
/// Throws std::logic_error when there is none.
const EmbeddedFile& embedded_file(std::string_view path);

}  // namespace sms_notifier::web
