#include "telemetry/line_writer.h"

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <fcntl.h>
#include <mutex>
#include <poll.h>
#include <pthread.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace sms_notifier::telemetry {
namespace {

/// What the last lines get at the end.
constexpr std::chrono::milliseconds farewell_max{500};

/// How far a write came, and what stopped it; 0 when it is whole.
struct Written {
  std::size_t bytes = 0;
  int error = 0;
};

Written write_whole(int descriptor, std::string_view text) {
  Written written;
  while (written.bytes < text.size()) {
    const ssize_t taken = ::write(descriptor, text.data() + written.bytes, text.size() - written.bytes);
    if (taken >= 0) {
      written.bytes += static_cast<std::size_t>(taken);
    } else if (errno == EAGAIN) {
      // Another process that shares the terminal may have made it so.
      pollfd room{descriptor, POLLOUT, 0};
      ::poll(&room, 1, -1);
    } else if (errno != EINTR) {
      written.error = errno;
      break;
    }
  }
  return written;
}

}  // namespace

struct LineWriter::State {
  State(int number, LossLine line, std::size_t most)
      : descriptor(::fcntl(number, F_DUPFD_CLOEXEC, 3)), loss_line(std::move(line)), waiting_max(most) {}
  ~State() { ::close(descriptor); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  /// A copy: the thread may outlive the one that was given.
  const int descriptor;
  const LossLine loss_line;
  const std::size_t waiting_max;

  std::mutex mutex;
  std::condition_variable changed;
  // Guarded by the mutex.
  std::deque<std::string> waiting;
  std::size_t lost = 0;
  int error = 0;  ///< why the last line could not be written
  bool writing = false;
  bool closed = false;

  void run();
  std::string why_lost() const;
};

std::string LineWriter::State::why_lost() const {
  if (error == 0) return "while the reader did not read";
  return "because they could not be written: " + std::generic_category().message(error);
}

void LineWriter::State::run() {
  bool cut_off = false;
  std::unique_lock lock(mutex);
  for (;;) {
    changed.wait(lock, [this] { return closed || !waiting.empty(); });
    if (waiting.empty()) return;
    std::string text = cut_off ? "\n" : "";
    const std::size_t told = std::exchange(lost, 0);
    if (told > 0) text += loss_line(told, why_lost()) + "\n";
    text += waiting.front() + "\n";
    waiting.pop_front();
    writing = true;

    lock.unlock();
    const Written written = write_whole(descriptor, text);
    lock.lock();

    writing = false;
    error = written.error;
    if (error != 0) {
      lost += told + 1;
      cut_off = written.bytes > 0 || cut_off;
    } else {
      cut_off = false;
    }
    changed.notify_all();
  }
}

LineWriter::LineWriter(int descriptor, const char* thread, LossLine loss_line, std::size_t waiting_max)
    : state_(std::make_shared<State>(descriptor, std::move(loss_line), waiting_max)),
      thread_([state = state_] { state->run(); }) {
  ::pthread_setname_np(thread_.native_handle(), thread);
}

LineWriter::~LineWriter() {
  std::unique_lock lock(state_->mutex);
  state_->closed = true;
  state_->changed.notify_all();
  const bool all_written = state_->changed.wait_for(
      lock, farewell_max, [this] { return state_->waiting.empty() && !state_->writing; });
  lock.unlock();
  if (all_written)
    thread_.join();
  else
    thread_.detach();  // it ends with the process, or when the reader has read everything
}

void LineWriter::write(std::string line) noexcept {
  const std::lock_guard lock(state_->mutex);
  while (state_->waiting.size() >= state_->waiting_max) {
    state_->waiting.pop_front();
    ++state_->lost;
  }
  try {
    state_->waiting.push_back(std::move(line));
  } catch (const std::exception&) {
    ++state_->lost;  // no memory for it
  }
  state_->changed.notify_all();
}

std::string plain_loss_line(std::size_t lines, std::string_view why) {
  return "(" + std::to_string(lines) + " lines were lost " + std::string(why) + ")";
}

}  // namespace sms_notifier::telemetry
