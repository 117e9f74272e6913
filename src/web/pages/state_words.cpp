#include "web/pages/state_words.h"

#include <string>
#include <string_view>

namespace sms_notifier::web {
namespace {

using domain::StateKind;

/// The lines of an icon of 16 by 16, one shape for each state, so that colour is not all that tells.
std::string_view lines_of(StateKind kind) {
  switch (kind) {
    case StateKind::Running:  // a tick
      return "M3 8.5l3.5 3.5L13 4.5";
    case StateKind::NotTexting:  // a cross
      return "M4 4l8 8M12 4l-8 8";
    case StateKind::Waiting:  // an hourglass
      return "M4 2.5h8M4 13.5h8M5 2.5c0 4 6 7 6 11M11 2.5c0 4-6 7-6 11";
    case StateKind::TestMode:  // a flask
      return "M6 2.5h4M7 2.5v4l-3.5 7h9L9 6.5v-4";
    case StateKind::Closed:  // a moon
      return "M12.5 10A5.5 5.5 0 0 1 6 3.5a5.5 5.5 0 1 0 6.5 6.5z";
    case StateKind::Stopped:  // a square
      return "M4 4h8v8H4z";
  }
  return "";
}

std::string_view colour_of(StateKind kind) {
  switch (kind) {
    case StateKind::Running:
      return "on";
    case StateKind::NotTexting:
      return "bad";
    case StateKind::Waiting:
      return "wait";
    case StateKind::TestMode:
      return "test";
    case StateKind::Closed:
    case StateKind::Stopped:
      return "off";
  }
  return "";
}

std::string icon(StateKind kind) {
  return "<svg class=\"icon\" viewBox=\"0 0 16 16\" aria-hidden=\"true\"><path d=\"" +
         std::string(lines_of(kind)) + "\"/></svg>";
}

}  // namespace

void show_state(Values values, const SiteState& site, const Visit& visit, const app::ProfileStatus& status) {
  values.set("STATE", visit.words().say(app::state_in_words(status, site.now(), site.ports.zone)));
  values.set("STATE_CLASS", colour_of(status.state.kind));
  values.set("STATE_ICON", icon(status.state.kind));
  const domain::Sentence reason = app::reason_in_words(status);
  if (reason.empty()) return;
  Values shown = values.add("REASON");
  shown.set("WORDS", visit.words().say(reason));
  shown.set("KIND", status.state.kind == StateKind::NotTexting ? "trouble" : "quiet");
}

}  // namespace sms_notifier::web
