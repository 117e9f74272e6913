#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

namespace sms_notifier::telemetry {

/// Lines for a terminal, a pipe or a file. A thread of its own writes them, so a reader that does not read
/// holds up only that thread: the oldest waiting lines are dropped and counted, and the reader is told how
/// many there were as soon as it reads again. May be used from any thread.
class LineWriter {
 public:
  /// The line, without its end, that tells of lost lines. `why` goes on from "N lines were lost". It is
  /// called on the writer's thread, which may outlive whatever made the writer.
  using LossLine = std::function<std::string(std::size_t lines, std::string_view why)>;

  static constexpr std::size_t lines_max = 4096;

  /// `thread` names the thread. The descriptor is not closed.
  LineWriter(int descriptor, const char* thread, LossLine loss_line, std::size_t waiting_max = lines_max);
  /// Waits a moment for what is left to be written, but not for a reader that does not read.
  ~LineWriter();
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  /// `line` comes without its end. Returns at once.
  void write(std::string line) noexcept;

 private:
  struct State;
  std::shared_ptr<State> state_;  ///< shared with the thread
  std::thread thread_;
};

/// For people: "(7 lines were lost while the reader did not read)".
std::string plain_loss_line(std::size_t lines, std::string_view why);

}  // namespace sms_notifier::telemetry
