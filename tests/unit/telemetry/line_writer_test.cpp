#include "telemetry/line_writer.h"

#include <array>
#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/temp_folder.h"

namespace sms_notifier::telemetry {
namespace {

/// As main() has it. A writer that waits for a reader outlives its test.
[[maybe_unused]] const auto ignored = std::signal(SIGPIPE, SIG_IGN);

/// Everything up to the end of this line.
std::string read_until(int descriptor, const std::string& line) {
  std::string text;
  std::array<char, 4096> piece{};
  while (text.find(line + "\n") == std::string::npos) {
    const ssize_t got = ::read(descriptor, piece.data(), piece.size());
    if (got <= 0) break;
    text.append(piece.data(), static_cast<std::size_t>(got));
  }
  return text;
}

/// A pipe whose reader does what the test says.
class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  }
  ~Pipe() {
    close_reader();
    ::close(ends_[1]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int writer() const { return ends_[1]; }
  void close_reader() {
    if (ends_[0] >= 0) ::close(std::exchange(ends_[0], -1));
  }
  /// Until the pipe has no room for a line.
  void fill() {
    ::fcntl(ends_[1], F_SETFL, O_NONBLOCK);
    for (const char byte = 'x'; ::write(ends_[1], &byte, 1) > 0; ++filled_) {
    }
    ::fcntl(ends_[1], F_SETFL, 0);
  }
  /// Reads on until this line has come; gives everything since fill().
  std::string read_until(const std::string& line) {
    return telemetry::read_until(ends_[0], line).substr(std::exchange(filled_, 0));
  }

 private:
  std::array<int, 2> ends_{};
  std::size_t filled_ = 0;
};

TEST(LineWriter, WritesLinesInTheirOrder) {
  Pipe pipe;
  LineWriter writer(pipe.writer(), "test", plain_loss_line);
  writer.write("one");
  writer.write("two");
  EXPECT_EQ(pipe.read_until("two"), "one\ntwo\n");
}

TEST(LineWriter, HasWrittenEverythingAtItsEnd) {
  Pipe pipe;
  {
    LineWriter writer(pipe.writer(), "test", plain_loss_line);
    for (int i = 0; i < 100; ++i) writer.write(std::to_string(i));
  }
  EXPECT_NE(pipe.read_until("99").find("\n98\n99\n"), std::string::npos);
}

TEST(LineWriter, DropsTheOldestLinesAndTellsHowManyWhenTheReaderReadsAgain) {
  constexpr int written = 50;
  constexpr int kept = 10;
  Pipe pipe;
  pipe.fill();
  LineWriter writer(pipe.writer(), "test", plain_loss_line, kept);
  for (int i = 0; i < written; ++i) writer.write(std::to_string(i));

  // The thread may hold one line, with what was lost before it, from the time before the pipe was read.
  std::istringstream text(pipe.read_until("49"));
  std::vector<int> lines;
  int lost = 0;
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with("(")) {
      EXPECT_TRUE(line.ends_with(" lines were lost while the reader did not read)")) << line;
      lost += std::stoi(line.substr(1));
    } else {
      lines.push_back(std::stoi(line));
    }
  }
  EXPECT_GE(lost, written - kept - 1);
  EXPECT_EQ(lost + static_cast<int>(lines.size()), written);
  ASSERT_GE(lines.size(), static_cast<std::size_t>(kept));
  for (int i = 0; i < kept; ++i) EXPECT_EQ(lines[lines.size() - kept + i], written - kept + i);
}

TEST(LineWriter, EndsAlthoughTheReaderNeverReads) {
  Pipe pipe;
  pipe.fill();
  auto writer = std::make_unique<LineWriter>(pipe.writer(), "test", plain_loss_line);
  writer->write("never read");
  writer.reset();
}

TEST(LineWriter, GoesOnWithoutAReader) {
  Pipe pipe;
  pipe.close_reader();
  LineWriter writer(pipe.writer(), "test", plain_loss_line, 10);
  for (int i = 0; i < 100; ++i) writer.write("line");
}

TEST(LineWriter, WaitsForRoomInAPipeThatDoesNotBlock) {
  Pipe pipe;
  pipe.fill();
  ::fcntl(pipe.writer(), F_SETFL, O_NONBLOCK);
  LineWriter writer(pipe.writer(), "test", plain_loss_line);
  writer.write("late");
  EXPECT_EQ(pipe.read_until("late"), "late\n");
}

std::atomic<bool> write_failed{false};

TEST(LineWriter, TellsWhyLinesCouldNotBeWrittenWhenTheyCanBeAgain) {
  const test_support::TempFolder folder;
  const std::string path = folder.file("log");
  ASSERT_EQ(::mkfifo(path.c_str(), S_IRUSR | S_IWUSR), 0);
  int reader = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  const int log = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  ::close(reader);
  std::signal(SIGPIPE, [](int) { write_failed = true; });
  LineWriter writer(log, "test", plain_loss_line);
  writer.write("lost");
  while (!write_failed) std::this_thread::yield();
  std::signal(SIGPIPE, SIG_IGN);

  reader = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  ::fcntl(reader, F_SETFL, 0);
  writer.write("told");
  EXPECT_EQ(read_until(reader, "told"),
            "(1 lines were lost because they could not be written: Broken pipe)\ntold\n");
  ::close(reader);
  ::close(log);
}

}  // namespace
}  // namespace sms_notifier::telemetry
