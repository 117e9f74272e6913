#include "storage/claims_file.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <stdexcept>
#include <string_view>
#include <unistd.h>

namespace sms_notifier::storage {
namespace {

constexpr std::string_view heading = "sms-notifier claims 1\n";
constexpr std::string_view counted = "counted\n";
constexpr std::string_view doubted = "doubted\n";
constexpr std::size_t id_letters = 32;
constexpr std::size_t digits = 19;
/// Within one sector of any disk, so that it is never half written.
constexpr std::size_t record_bytes = heading.size() + id_letters + 1 + digits + 1 + counted.size();
static_assert(counted.size() == doubted.size());

std::string record(const domain::ClaimCount& count) {
  std::string id = count.installation;
  id.resize(id_letters, ' ');
  const std::string number = std::to_string(count.claims);
  return std::string(heading) + id + "\n" + std::string(digits - number.size(), '0') + number + "\n" +
         std::string(count.doubted ? doubted : counted);
}

std::optional<domain::ClaimCount> parse(std::string_view text) {
  if (text.size() != record_bytes || !text.starts_with(heading)) return std::nullopt;
  domain::ClaimCount count;
  const std::string_view id = text.substr(heading.size(), id_letters);
  count.installation = id.substr(0, id.find(' '));
  const std::string_view number = text.substr(heading.size() + id_letters + 1, digits);
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), count.claims);
  if (error != std::errc() || end != number.data() + number.size()) return std::nullopt;
  count.doubted = !text.ends_with(counted);
  return count;
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }
  bool open() const { return number_ >= 0; }

 private:
  int number_;
};

/// The name of a new file is on the disk once its folder is.
bool sync_folder_of(const std::string& path) {
  const std::string folder = std::filesystem::absolute(path).parent_path().string();
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return opened.open() && ::fsync(opened.number()) == 0;
}

}  // namespace

ClaimsFile::ClaimsFile(const std::string& database)
    : path_((std::filesystem::path(database).parent_path() / "claims").string()) {}

std::optional<domain::ClaimCount> ClaimsFile::read() const {
  const Descriptor file(::open(path_.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.open()) return std::nullopt;
  std::array<char, record_bytes + 1> text{};
  const ssize_t length = ::pread(file.number(), text.data(), text.size(), 0);
  if (length < 0) return std::nullopt;
  return parse({text.data(), static_cast<std::size_t>(length)});
}

void ClaimsFile::sync() const {
  const Descriptor file(::open(path_.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file.open() || ::fdatasync(file.number()) != 0)
    throw std::runtime_error("the count of claims " + path_ + " cannot be written: " + std::strerror(errno));
}

void ClaimsFile::write(const domain::ClaimCount& count) const {
  const std::string text = record(count);
  const bool is_new = !std::filesystem::exists(path_);
  const Descriptor file(::open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  const off_t end = file.open() ? ::lseek(file.number(), 0, SEEK_END) : 0;
  const auto length = static_cast<ssize_t>(text.size());
  const bool written = file.open() && (end <= length || ::ftruncate(file.number(), length) == 0) &&
                       ::pwrite(file.number(), text.data(), text.size(), 0) == length &&
                       (!is_new || sync_folder_of(path_));
  if (!written)
    throw std::runtime_error("the count of claims " + path_ + " cannot be written: " + std::strerror(errno));
}

}  // namespace sms_notifier::storage
