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

/// The secret in a file that an editor may have saved with a byte order mark and a line break.
std::string secret_in(std::string text, const std::string& file) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    throw std::runtime_error("the file \"" + file + "\" is UTF-16: save it as UTF-8");
  if (constexpr std::string_view mark = "\xEF\xBB\xBF"; text.starts_with(mark)) text.erase(0, mark.size());
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

constexpr fs::perms of_others = fs::perms::group_all | fs::perms::others_all;
constexpr fs::perms writing_of_others = fs::perms::group_write | fs::perms::others_write;

/// For the user to copy.
std::string in_shell(const fs::path& path) {
  std::string quoted = "'";
  for (const char c : path.string()) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

base::Secret read_secret_file(const fs::path& file) {
  std::error_code error;
  const fs::perms allowed = fs::status(file, error).permissions();
  if (!error && (allowed & of_others) != fs::perms::none)
    throw std::runtime_error("others on this computer may read " + file.string() + ": run chmod 600 " +
                             in_shell(file) +
                             " and start again; replace the secret if they may have used it");
  std::ifstream stream(file);
  if (!stream) throw std::runtime_error("the file " + file.string() + " cannot be read");
  return base::Secret(secret_in(read_all(stream), file.string()));
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
  if (fs::is_directory(folder.path, error)) {
    const fs::perms allowed = fs::status(folder.path, error).permissions();
    if (!error && (allowed & writing_of_others) != fs::perms::none)
      throw std::runtime_error("others on this computer may write into the data folder " +
                               folder.path.string() + ": run chmod 700 " + in_shell(folder.path) +
                               " and start again");
    return;
  }
  fs::create_directories(folder.path.parent_path().empty() ? "." : folder.path.parent_path(), error);
  if (!error && fs::create_directory(folder.path, error))
    fs::permissions(folder.path, fs::perms::owner_all, error);
  if (error || !fs::is_directory(folder.path))
    throw std::runtime_error("the data folder " + folder.path.string() + " cannot be made: " +
                             (error ? error.message() : std::string("something else is there")) +
                             "; choose another with --data");
}

std::optional<std::string> close_database_to_others(const fs::path& database) {
  std::optional<std::string> told;
  for (const char* suffix : {"", "-wal", "-shm"}) {
    const fs::path file = database.string() + suffix;
    std::error_code error;
    const fs::file_status status = fs::status(file, error);
    if (error || !fs::is_regular_file(status)) continue;
    if ((status.permissions() & of_others) == fs::perms::none) continue;
    fs::permissions(file, of_others, fs::perm_options::remove, error);
    if (error)
      throw std::runtime_error("others on this computer may read or write " + file.string() +
                               ": run chmod 600 " + in_shell(file) + " as its owner and start again");
    if (!told)
      told = "others on this computer could read or write " + file.string() + ": they cannot any more";
  }
  return told;
}

void claim_for_demo(const DataFolder& folder) {
  make_data_folder(folder);
  if (fs::exists(folder.demo_mark())) return;
  if (!fs::is_empty(folder.path))
    throw std::runtime_error(
        "the folder " + folder.path.string() +
        " holds other data, which the demo would mix with its own: give it a new or an empty "
        "folder with --data, or none, and it takes a temporary one");
  std::ofstream mark(folder.demo_mark());
  mark << "This folder is of sms-notifier demo; sms-notifier serve does not take it.\n";
  if (!mark.flush()) throw std::runtime_error("cannot write " + folder.demo_mark().string());
}

base::Secret load_or_make_key(const DataFolder& folder, const std::optional<std::string>& given,
                              const fs::path& database) {
  if (given) return base::Secret(secret_in(*given, "SMS_NOTIFIER_SECRET_KEY"));
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
  if (file == "-") return base::Secret(secret_in(read_all(std::cin), "standard input"));
  std::ifstream stream(file, std::ios::binary);
  if (!stream || fs::is_directory(file))
    throw std::runtime_error("the password file \"" + file + "\" cannot be read");
  return base::Secret(secret_in(read_all(stream), file));
}

}  // namespace sms_notifier::server
