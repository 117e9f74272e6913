#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "app/events.h"

namespace sms_notifier::telemetry {

enum class LineFormat { Text, Json };

/// Events as structured lines on standard error, numbers shortened. May be used from any thread, and never
/// waits for the reader.
class LogLines final : public app::EventSink {
 public:
  enum class Level { Debug, Info, Warning, Error };

  LogLines(LineFormat format, Level least);
  ~LogLines() override;
  void on(const app::Event& event, base::Instant at) noexcept override;
  /// A line about upkeep of which the pages do not tell.
  void tell(Level level, std::string_view name, std::string_view key, const std::string& value,
            base::Instant at);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The line without its end, as text or JSON; empty when the event is below `least`.
std::string log_line(const app::Event& event, base::Instant at, LineFormat format, LogLines::Level least);
/// The line that tells of lines that the reader of the log never got.
std::string lost_line(std::size_t lines, std::string_view why, base::Instant at, LineFormat format);

}  // namespace sms_notifier::telemetry
