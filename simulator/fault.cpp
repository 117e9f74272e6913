#include "simulator/fault.h"

#include <array>
#include <utility>

namespace sms_notifier::simulator {
namespace {

constexpr std::array<std::pair<std::string_view, FaultKind>, 24> words{{
    {"latency", FaultKind::Latency},
    {"hang", FaultKind::Hang},
    {"close_before", FaultKind::CloseBefore},
    {"close_after", FaultKind::CloseAfter},
    {"reset_before", FaultKind::ResetBefore},
    {"reset_after", FaultKind::ResetAfter},
    {"http_error", FaultKind::HttpError},
    {"cloudflare_522", FaultKind::Cloudflare522},
    {"html", FaultKind::Html},
    {"truncated_json", FaultKind::TruncatedJson},
    {"truncate", FaultKind::Truncate},
    {"empty", FaultKind::Empty},
    {"status", FaultKind::Status},
    {"status_after", FaultKind::StatusAfter},
    {"accept_late", FaultKind::AcceptLate},
    {"drip", FaultKind::Drip},
    {"big", FaultKind::Big},
    {"replay", FaultKind::Replay},
    {"replay_last", FaultKind::ReplayLast},
    {"list_lag", FaultKind::ListLag},
    {"list_empty", FaultKind::ListEmpty},
    {"list_fail", FaultKind::ListFail},
    {"list_short", FaultKind::ListShort},
    {"rate_limit", FaultKind::RateLimit},
}};

bool lists_only(FaultKind kind) {
  return kind == FaultKind::ListLag || kind == FaultKind::ListEmpty || kind == FaultKind::ListFail ||
         kind == FaultKind::ListShort;
}

}  // namespace

std::optional<FaultKind> fault_kind_from(std::string_view word) {
  for (const auto& [text, kind] : words)
    if (text == word) return kind;
  return std::nullopt;
}

std::string_view to_string(FaultKind kind) {
  for (const auto& [text, known] : words)
    if (known == kind) return text;
  return "";
}

std::string fault_words() {
  std::string all;
  for (const auto& [text, kind] : words) all.append(all.empty() ? "" : ", ").append(text);
  return all;
}

bool concerns(const Fault& fault, std::string_view account, std::string_view method) {
  if (fault.count && *fault.count <= 0) return false;
  if (!fault.account.empty() && fault.account != account) return false;
  if (lists_only(fault.kind) && method != "getSMS" && method != "getMMS") return false;
  if (fault.kind == FaultKind::ReplayLast && method != "sendSMS" && method != "sendMMS") return false;
  return fault.method.empty() || fault.method == method;
}

}  // namespace sms_notifier::simulator
