// Preloaded into the service by the part out_of_memory. Does nothing until the first SIGUSR2; from then on
// allocation number FAILING_MALLOC_AT (0: none) fails, and FAILING_MALLOC_MORE further ones. The next SIGUSR2
// writes how many there were.

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdlib>
#include <string_view>
#include <unistd.h>

// The C library's own names for what is replaced here.
// NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
}
// NOLINTEND(bugprone-reserved-identifier)

namespace {

std::atomic<long> first{0};
std::atomic<long> more{0};
std::atomic<bool> armed{false};
std::atomic<long> counted{0};

void say(std::string_view text) {
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, text.data(), text.size());
}

void say_count() {
  std::array<char, 24> digits{};
  std::size_t at = digits.size();
  for (long rest = counted.load(); rest > 0 || at == digits.size(); rest /= 10)
    digits[--at] = static_cast<char>('0' + rest % 10);
  say("failing_malloc: counted ");
  say({digits.data() + at, digits.size() - at});
  say("\n");
}

void on_signal(int) {
  if (armed.exchange(true)) say_count();
}

bool fails() {
  if (!armed.load(std::memory_order_relaxed)) return false;
  const long n = ++counted;
  const long at = first.load(std::memory_order_relaxed);
  if (at == 0 || n < at || n > at + more.load(std::memory_order_relaxed)) return false;
  if (n == at) say("failing_malloc: failed\n");
  errno = ENOMEM;
  return true;
}

long from_environment(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? 0 : std::strtol(text, nullptr, 10);
}

__attribute__((constructor)) void start() {
  first = from_environment("FAILING_MALLOC_AT");
  more = from_environment("FAILING_MALLOC_MORE");
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGUSR2, &action, nullptr);
}

}  // namespace

extern "C" {

void* malloc(std::size_t size) {
  return fails() ? nullptr : __libc_malloc(size);
}

void* calloc(std::size_t count, std::size_t size) {
  return fails() ? nullptr : __libc_calloc(count, size);
}

void* realloc(void* old, std::size_t size) {
  return fails() ? nullptr : __libc_realloc(old, size);
}

}  // extern "C"
