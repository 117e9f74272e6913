#include "platform/werkzeug_hash.h"

#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <optional>
#include <vector>

#include <openssl/evp.h>
#include <sodium.h>

namespace sms_notifier::platform {
namespace {

constexpr std::uint32_t pbkdf2_iterations_max = 2'000'000;
constexpr std::size_t pbkdf2_bytes = 32;
constexpr std::uint64_t scrypt_memory_max = 64ULL * 1024 * 1024;
constexpr std::uint64_t scrypt_work_max = 4ULL * 32'768 * 8;  ///< N * r * p; four times Werkzeug's own
constexpr std::size_t scrypt_bytes = 64;
constexpr std::size_t salt_bytes_max = 256;

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (std::size_t end = text.find(at); end != std::string_view::npos; end = text.find(at)) {
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  parts.push_back(text);
  return parts;
}

/// A positive number in decimal digits only.
std::optional<std::uint32_t> positive(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number == 0) return std::nullopt;
  return number;
}

template <std::size_t size>
using Digest = std::array<unsigned char, size>;

template <std::size_t size>
bool is_hex_of(const Digest<size>& bytes, std::string_view hex) {
  Digest<size> told{};
  std::size_t length = 0;
  const char* end = nullptr;
  if (hex.size() != 2 * size ||
      sodium_hex2bin(told.data(), size, hex.data(), hex.size(), nullptr, &length, &end) != 0)
    return false;
  return length == size && end == hex.data() + hex.size() &&
         sodium_memcmp(bytes.data(), told.data(), size) == 0;
}

bool verify_pbkdf2(const std::string& password, std::string_view iterations_text, std::string_view salt,
                   std::string_view hex) {
  const auto iterations = positive(iterations_text);
  if (!iterations || *iterations > pbkdf2_iterations_max) return false;
  Digest<pbkdf2_bytes> bytes{};
  return PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()),
                           reinterpret_cast<const unsigned char*>(salt.data()), static_cast<int>(salt.size()),
                           static_cast<int>(*iterations), EVP_sha256(), static_cast<int>(bytes.size()),
                           bytes.data()) == 1 &&
         is_hex_of(bytes, hex);
}

struct ScryptCost {
  std::uint64_t n;
  std::uint32_t r;
  std::uint32_t p;
};

std::optional<ScryptCost> scrypt_cost(std::string_view n_text, std::string_view r_text,
                                      std::string_view p_text) {
  const auto n = positive(n_text);
  const auto r = positive(r_text);
  const auto p = positive(p_text);
  if (!n || !r || !p || *n == 1 || !std::has_single_bit(*n)) return std::nullopt;
  constexpr std::uint64_t block_bytes = 128;
  const std::uint64_t blocks = std::uint64_t{*n} * *r;
  // Divided, so that no product can be too large for its type.
  if (blocks > scrypt_memory_max / block_bytes || *p > scrypt_work_max / blocks) return std::nullopt;
  return ScryptCost{*n, *r, *p};
}

bool verify_scrypt(const std::string& password, const ScryptCost& cost, std::string_view salt,
                   std::string_view hex) {
  Digest<scrypt_bytes> bytes{};
  return crypto_pwhash_scryptsalsa208sha256_ll(
             reinterpret_cast<const unsigned char*>(password.data()), password.size(),
             reinterpret_cast<const unsigned char*>(salt.data()), salt.size(), cost.n, cost.r, cost.p,
             bytes.data(), bytes.size()) == 0 &&
         is_hex_of(bytes, hex);
}

}  // namespace

bool verify_werkzeug_hash(const base::Secret& password, std::string_view hash) {
  const auto parts = split(hash, '$');
  if (parts.size() != 3) return false;
  const std::string_view salt = parts[1];
  if (salt.empty() || salt.size() > salt_bytes_max) return false;
  const auto method = split(parts[0], ':');
  if (method.size() == 3 && method[0] == "pbkdf2" && method[1] == "sha256")
    return verify_pbkdf2(password.reveal(), method[2], salt, parts[2]);
  if (method.size() != 4 || method[0] != "scrypt") return false;
  const auto cost = scrypt_cost(method[1], method[2], method[3]);
  return cost && verify_scrypt(password.reveal(), *cost, salt, parts[2]);
}

}  // namespace sms_notifier::platform
