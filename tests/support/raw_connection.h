#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace sms_notifier::test_support {

/// A connection to a server on this computer over which a test says, byte by byte, whatever it likes. What
/// cannot be sent any more is dropped: the answer tells. Reading gives up after a long time.
class RawConnection {
 public:
  /// `receive_bytes`: how much the kernel takes in before the program reads it; 0 for its own choice.
  explicit RawConnection(std::uint16_t port, int receive_bytes = 0);
  ~RawConnection();
  RawConnection(RawConnection&& other) noexcept;
  RawConnection& operator=(RawConnection&&) = delete;

  /// False when the other end has hung up.
  bool send(std::string_view text);
  void finish_sending() const;
  /// Everything up to the end of the connection.
  std::string read_all();
  /// Everything up to and including `mark`; everything there is, when the connection ends before it.
  std::string read_until(std::string_view mark);
  /// An answer with a Content-Length, after which the connection stays open.
  std::string read_answer();

 private:
  bool read_more();

  int descriptor_;
  std::string received_;
};

/// What a server says to these bytes until it ends the connection; the asker's side ends after them.
std::string say(std::uint16_t port, std::string_view text);

/// 0 when there is no answer.
int status_of(std::string_view answer);
/// How many answers stand in what was received.
int answers_in(std::string_view received);
/// The first header of that name, written as the server writes it; empty when absent.
std::string header_of(std::string_view answer, std::string_view name);
/// What stands in the answer between two marks; empty when they are not there.
std::string between(std::string_view answer, std::string_view begin, std::string_view end);

/// Lets this process, and those it starts, open as many files and connections as the system allows.
void allow_many_connections();

}  // namespace sms_notifier::test_support
