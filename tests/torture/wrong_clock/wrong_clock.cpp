// Preloaded into programs by the black box and the part `clocks`: sets the clock on the wall wrong by as many
// seconds as the file WRONG_CLOCK says at the moment, an integer of 64 bits. Other clocks, and timers, stay
// as they are.

#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

namespace {

const volatile std::int64_t* mapped() {
  const char* path = std::getenv("WRONG_CLOCK");
  const int file = path == nullptr ? -1 : ::open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) std::abort();
  void* const at = ::mmap(nullptr, sizeof(std::int64_t), PROT_READ, MAP_SHARED, file, 0);
  ::close(file);
  if (at == MAP_FAILED) std::abort();
  return static_cast<const volatile std::int64_t*>(at);
}

std::int64_t wrong_by() {
  static const volatile std::int64_t* const seconds = mapped();
  return *seconds;
}

timespec wall() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return now;
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* now) noexcept {
  const long failed = ::syscall(SYS_clock_gettime, clock, now);
  if (failed == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) now->tv_sec += wrong_by();
  return static_cast<int>(failed);
}

int gettimeofday(timeval* now, void* /*zone*/) noexcept {
  const timespec exact = wall();
  *now = {exact.tv_sec, exact.tv_nsec / 1000};
  return 0;
}

time_t time(time_t* now) noexcept {
  const time_t seconds = wall().tv_sec;
  if (now != nullptr) *now = seconds;
  return seconds;
}
}
