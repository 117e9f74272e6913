#include "telemetry/log_lines.h"

#include <string_view>
#include <unistd.h>
#include <utility>
#include <variant>
#include <vector>

#include <boost/json.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/overloaded.h"
#include "domain/decision.h"
#include "telemetry/line_writer.h"

namespace sms_notifier::telemetry {
namespace {

using namespace app;
using Level = LogLines::Level;

constexpr std::string_view name_of(Level level) {
  switch (level) {
    case Level::Debug:
      return "debug";
    case Level::Info:
      return "info";
    case Level::Warning:
      return "warning";
    case Level::Error:
      return "error";
  }
  return "";
}

struct Line {
  Level level;
  std::string_view name;
  std::vector<std::pair<std::string_view, std::string>> fields;
};

/// Turns an event into its line.
class Reporter {
 public:
  Line operator()(const ServiceStarted& e) const {
    return {Level::Info, "service_started", {{"profiles_running", std::to_string(e.profiles_running)}}};
  }
  Line operator()(const ServiceStopped& e) const {
    return {Level::Info, "service_stopped", {{"replies_left", std::to_string(e.replies_left)}}};
  }
  Line operator()(const ProfileStarted& e) const { return line(Level::Info, "profile_started", e.subject); }
  Line operator()(const ProfileStopped& e) const { return line(Level::Info, "profile_stopped", e.subject); }
  Line operator()(const PollFinished& e) const {
    Line l = line(Level::Debug, "poll_finished", e.subject);
    l.fields.emplace_back("seconds", fmt::format("{:.3f}", base::to_seconds(e.took)));
    l.fields.emplace_back("rows", std::to_string(e.rows_listed));
    l.fields.emplace_back("new_rows", std::to_string(e.rows_new));
    return l;
  }
  Line operator()(const AccountTroubled& e) const {
    Line l = line(Level::Warning, "account_troubled", e.subject);
    l.fields.emplace_back("detail", in_english(e.trouble.detail));
    return l;
  }
  Line operator()(const AccountHealed& e) const { return line(Level::Info, "account_healed", e.subject); }
  Line operator()(const TextingTurned& e) const {
    Line l = e.reason ? line(Level::Warning, "not_texting", e.subject)
                      : line(Level::Info, "texting_again", e.subject);
    l.fields.emplace_back("profiles", std::to_string(e.numbers.size()));
    if (e.reason) l.fields.emplace_back("reason", to_code(*e.reason));
    return l;
  }
  Line operator()(const HealthStored&) const { return {Level::Debug, "health_stored", {}}; }
  Line operator()(const RowsUnreadable& e) const {
    Line l = line(Level::Warning, "rows_unreadable", e.subject);
    l.fields.emplace_back("rows", std::to_string(e.rows.size()));
    l.fields.emplace_back("first", in_english(e.rows.front()));
    return l;
  }
  Line operator()(const RowsOdd& e) const {
    Line l = line(Level::Warning, "rows_odd", e.subject);
    l.fields.emplace_back("count", std::to_string(e.what.size()));
    l.fields.emplace_back("first", in_english(e.what.front()));
    return l;
  }
  Line operator()(const BacklogRecorded& e) const {
    Line l = line(Level::Info, "backlog_recorded", e.subject);
    l.fields.emplace_back("calls", std::to_string(e.calls));
    return l;
  }
  Line operator()(const CallDecided& e) const {
    return about(Level::Info, "call_decided", e.subject, e.call, "decision",
                 std::string(to_code(e.decision)));
  }
  Line operator()(const TextSent& e) const {
    Line l = about(Level::Info, "text_sent", e.subject, e.call, "provider_id", e.provider_id);
    l.fields.emplace_back("kind", to_code(e.kind));
    l.fields.emplace_back("reconciled", e.reconciled ? "true" : "false");
    return l;
  }
  Line operator()(const TextRejected& e) const {
    return about(Level::Warning, "text_rejected", e.subject, e.call, "detail", in_english(e.detail));
  }
  Line operator()(const TextPutOff& e) const {
    return about(Level::Warning, "text_put_off", e.subject, e.call, "detail", in_english(e.why.detail));
  }
  Line operator()(const TextUnconfirmed& e) const {
    return about(Level::Warning, "text_unconfirmed", e.subject, e.call, "detail", in_english(e.detail));
  }
  Line operator()(const TextUncertain& e) const {
    return about(Level::Error, "text_uncertain", e.subject, e.call, "evidence", in_english(e.evidence));
  }
  Line operator()(const TextProvedAbsent& e) const {
    return about(Level::Warning, "text_proved_absent", e.subject, e.call, "next", "sent once more");
  }
  Line operator()(const TextCancelled& e) const {
    return about(Level::Info, "text_cancelled", e.subject, e.call, "reason", std::string(to_code(e.reason)));
  }
  Line operator()(const TextExpired& e) const {
    return about(Level::Warning, "text_expired", e.subject, e.call, "reason", "could not be sent in time");
  }
  Line operator()(const AnsweredAfterText& e) const {
    return about(Level::Info, "answered_after_text", e.subject, e.call, "note",
                 "the caller got through later");
  }
  Line operator()(const CallerOptedOut& e) const {
    Line l = line(Level::Info, "caller_opted_out", e.subject);
    l.fields.emplace_back("caller", e.caller.masked());
    return l;
  }
  Line operator()(const CallerOptedIn& e) const {
    Line l = line(Level::Info, "caller_opted_in", e.subject);
    l.fields.emplace_back("caller", e.caller.masked());
    return l;
  }
  Line operator()(const TextsElsewhere& e) const {
    Line l = line(Level::Warning, "texts_elsewhere", e.subject);
    l.fields.emplace_back("did", e.did.digits());
    l.fields.emplace_back("texts", std::to_string(e.texts));
    return l;
  }
  Line operator()(const CrossCheckFailed& e) const {
    Line l = line(Level::Warning, "cross_check_failed", e.subject);
    l.fields.emplace_back("detail", in_english(e.why.detail));
    return l;
  }
  Line operator()(const LedgerDoubted& e) const {
    Line l = line(Level::Warning, "ledger_doubted", {});
    l.fields.emplace_back("standing", to_code(e.standing));
    return l;
  }
  Line operator()(const TextsMissing& e) const {
    Line l = line(Level::Warning, "texts_missing", e.subject);
    l.fields.emplace_back("did", e.did.digits());
    l.fields.emplace_back("missing", std::to_string(e.missing));
    l.fields.emplace_back("known", std::to_string(e.known));
    return l;
  }
  Line operator()(const ClockApart& e) const {
    return {
        Level::Warning, "clock_wrong", {{"seconds_ahead", fmt::format("{:.0f}", base::to_seconds(e.ahead))}}};
  }
  Line operator()(const ClockTogether&) const { return {Level::Info, "clock_right", {}}; }
  Line operator()(const RecordZoneRefused&) const { return {Level::Error, "record_zone_refused", {}}; }
  Line operator()(const RecordZoneConfirmed&) const { return {Level::Info, "record_zone_confirmed", {}}; }
  Line operator()(const PageFailed& e) const {
    return {Level::Error, "page_failed", {{"path", e.path}, {"detail", e.detail}}};
  }
  Line operator()(const StorageTroubled& e) const {
    return {Level::Error, "storage_troubled", {{"detail", e.detail}}};
  }
  Line operator()(const StorageHealed&) const { return {Level::Info, "storage_healed", {}}; }

 private:
  static Line line(Level level, std::string_view name, const Subject& subject) {
    Line l{level, name, {{"account", subject.account_email}}};
    if (subject.profile) l.fields.emplace_back("profile", std::to_string(subject.profile->value()));
    return l;
  }
  static Line about(Level level, std::string_view name, const Subject& subject, const CallNote& call,
                    std::string_view key, std::string value) {
    Line l = line(level, name, subject);
    l.fields.emplace_back("call", call.id ? std::to_string(call.id->value()) : "test");
    l.fields.emplace_back("caller", call.caller.withheld() ? "withheld" : call.caller.masked());
    l.fields.emplace_back(key, std::move(value));
    return l;
  }
};

std::string timestamp(base::Instant at) {
  const auto since_epoch = at.time_since_epoch();
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_epoch);
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch - seconds).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(static_cast<std::time_t>(seconds.count())),
                     millis);
}

/// Quotes a value when it is not one plain word, so that text from outside cannot pass for another field or
/// line.
std::string as_value(const std::string& value) {
  const bool plain =
      !value.empty() && value.find_first_of(" \"=\\\t\r\n") == std::string::npos &&
      value.find_first_of(std::string_view("\x01\x02\x03\x04\x05\x06\x07\x08\x0b\x0c\x0e\x1b\x7f")) ==
          std::string::npos;
  return plain ? value : boost::json::serialize(boost::json::string(value));
}

std::string render(const Line& line, base::Instant at, LineFormat format) {
  if (format == LineFormat::Json) {
    boost::json::object object{{"time", timestamp(at)}, {"level", name_of(line.level)}, {"event", line.name}};
    for (const auto& [key, value] : line.fields) object[key] = value;
    return boost::json::serialize(object);
  }
  std::string text = fmt::format("{} {} {}", timestamp(at), name_of(line.level), line.name);
  for (const auto& [key, value] : line.fields) text += fmt::format(" {}={}", key, as_value(value));
  return text;
}

}  // namespace

struct LogLines::State {
  LineFormat format;
  Level least;
  LineWriter writer;
};

LogLines::LogLines(LineFormat format, Level least)
    : state_(new State{
          format, least, {STDERR_FILENO, "log", [format](std::size_t lines, std::string_view why) {
                            // The writer may outlive every clock of the service.
                            const auto now = std::chrono::system_clock::now();
                            return lost_line(lines, why, std::chrono::floor<base::Duration>(now), format);
                          }}}) {}

LogLines::~LogLines() = default;

void LogLines::on(const Event& event, base::Instant at) noexcept {
  std::string line = log_line(event, at, state_->format, state_->least);
  if (!line.empty()) state_->writer.write(std::move(line));
}

void LogLines::tell(Level level, std::string_view name, std::string_view key, const std::string& value,
                    base::Instant at) {
  if (level >= state_->least) state_->writer.write(render({level, name, {{key, value}}}, at, state_->format));
}

std::string log_line(const Event& event, base::Instant at, LineFormat format, Level least) {
  const Line line = std::visit(Reporter(), event);
  return line.level < least ? std::string() : render(line, at, format);
}

std::string lost_line(std::size_t lines, std::string_view why, base::Instant at, LineFormat format) {
  const std::string count = std::to_string(lines);
  return render({Level::Warning,
                 "log_lines_lost",
                 {{"lines", count}, {"detail", count + " log lines were lost " + std::string(why)}}},
                at, format);
}

}  // namespace sms_notifier::telemetry
