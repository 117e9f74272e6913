#include "server/data_folder.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <unistd.h>

#include "platform/random.h"
#include "platform/vault.h"

namespace sms_notifier::server {
namespace {

namespace fs = std::filesystem;

std::string read_all(std::istream& stream) {
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::string without_last_line_break(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  return text;
}

/// Writes a secret to its own new file; of two processes that start at once one makes it and both read it.
void make_secret_file(const fs::path& file, const base::Secret& secret) {
  const fs::path fresh = file.string() + "." + std::to_string(::getpid());
  const int descriptor = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0)
    throw std::runtime_error("cannot write " + fresh.string() + ": " + std::strerror(errno));
  const std::string text = secret.reveal() + "\n";
  const bool written = ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       ::fsync(descriptor) == 0;
  ::close(descriptor);
  const bool linked = written && (::link(fresh.c_str(), file.c_str()) == 0 || errno == EEXIST);
  const int reason = errno;
  ::unlink(fresh.c_str());
  if (!linked) throw std::runtime_error("cannot write " + file.string() + ": " + std::strerror(reason));
}

base::Secret read_secret_file(const fs::path& file) {
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error("the file " + file.string() + " cannot be read");
  return base::Secret(without_last_line_break(read_all(stream)));
}

}  // namespace

fs::path default_data_path() {
  if (::geteuid() == 0) return "/var/lib/sms-notifier";
  if (const char* data_home = std::getenv("XDG_DATA_HOME"); data_home != nullptr && *data_home != '\0')
    return fs::path(data_home) / "sms-notifier";
  const char* home = std::getenv("HOME");
  return fs::path(home == nullptr ? "." : home) / ".local" / "share" / "sms-notifier";
}

void make_data_folder(const DataFolder& folder) {
  std::error_code error;
  if (fs::is_directory(folder.path, error)) return;
  fs::create_directories(folder.path.parent_path().empty() ? "." : folder.path.parent_path(), error);
  if (!error && fs::create_directory(folder.path, error))
    fs::permissions(folder.path, fs::perms::owner_all, error);
  if (error || !fs::is_directory(folder.path))
    throw std::runtime_error("the data folder " + folder.path.string() + " cannot be made: " +
                             (error ? error.message() : std::string("something else is there")) +
                             "; choose another with --data");
}

base::Secret load_or_make_key(const DataFolder& folder, const std::optional<std::string>& given,
                              const fs::path& database) {
  if (given) return base::Secret(*given);
  if (!fs::exists(folder.key_file())) {
    if (fs::exists(database))
      throw std::runtime_error(
          "the key " + folder.key_file().string() +
          " is missing: put it back from your backup, or set SMS_NOTIFIER_SECRET_KEY; without it "
          "the stored API passwords cannot be read");
    make_secret_file(folder.key_file(), platform::make_vault_key());
  }
  return read_secret_file(folder.key_file());
}

base::Secret load_or_make_log_token(const DataFolder& folder) {
  constexpr std::size_t token_bytes = 32;
  if (!fs::exists(folder.log_token_file()))
    make_secret_file(folder.log_token_file(), base::Secret(platform::random_token(token_bytes)));
  return read_secret_file(folder.log_token_file());
}

base::Secret read_password_file(const std::string& file) {
  if (file == "-") return base::Secret(without_last_line_break(read_all(std::cin)));
  std::ifstream stream(file, std::ios::binary);
  if (!stream || fs::is_directory(file))
    throw std::runtime_error("the password file \"" + file + "\" cannot be read");
  return base::Secret(without_last_line_break(read_all(stream)));
}

}  // namespace sms_notifier::server
