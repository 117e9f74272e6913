#include "web/view/charts.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace sms_notifier::web {
namespace {

// In the units of the drawing, which is as wide as its place.
constexpr double height = 180;
constexpr double left = 34;
constexpr double right = 20;  ///< room for the half of the last label
constexpr double bottom = 24;
constexpr double top = 10;
constexpr double bar_share = 0.72;  ///< of the room that a bar has

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '&')
      safe += "&amp;";
    else if (c == '<')
      safe += "&lt;";
    else if (c == '"')
      safe += "&quot;";
    else
      safe += c;
  }
  return safe;
}

/// The top of the y axis: 1, 2 or 5 times a power of ten, at least `most` and at least 2.
int round_up(int most) {
  for (int power = 1;; power *= 10)
    for (const int factor : {1, 2, 5})
      if (factor * power >= std::max(most, 2)) return factor * power;
}

std::string rectangle(std::string_view kind, double x, double bar_width, double bar_height) {
  if (bar_height <= 0) return {};
  return fmt::format(R"(<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="2"/>)",
                     kind, x, height - bottom - bar_height, bar_width, bar_height);
}

}  // namespace

std::string bar_chart(const std::vector<Bar>& bars, std::string_view description, ChartWidth chart_width) {
  const double width = chart_width == ChartWidth::Whole ? 1000 : 480;
  int most = 0;
  for (const Bar& bar : bars) most = std::max({most, bar.back, bar.front});
  const int scale = round_up(most);
  const double room = (width - left - right) / static_cast<double>(std::max<std::size_t>(bars.size(), 1));
  const double tall = height - bottom - top;

  std::string svg = fmt::format(R"(<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">)",
                                width, height, escaped(description));
  for (const double share : {0.0, 0.5, 1.0}) {
    const double y = height - bottom - share * tall;
    svg += fmt::format(R"(<line x1="{}" y1="{:.1f}" x2="{}" y2="{:.1f}"/>)", left, y, width - right, y);
    if (share > 0 && (share == 1.0 || scale % 2 == 0))
      svg +=
          fmt::format(R"(<text class="scale" x="{}" y="{:.1f}">{}</text>)", left - 6, y + 4, scale * share);
  }
  double x = left;
  for (const Bar& bar : bars) {
    const double inset = room * (1 - bar_share) / 2;
    svg += "<g><title>" + escaped(bar.tooltip) + "</title>";
    svg += fmt::format(R"(<rect class="place" x="{:.1f}" y="{}" width="{:.1f}" height="{}"/>)", x, top, room,
                       tall);
    svg += rectangle("back", x + inset, room * bar_share, tall * bar.back / scale);
    svg += rectangle("front", x + inset, room * bar_share, tall * bar.front / scale);
    if (!bar.label.empty())
      svg +=
          fmt::format(R"(<text x="{:.1f}" y="{}">{}</text>)", x + room / 2, height - 7, escaped(bar.label));
    svg += "</g>";
    x += room;
  }
  return svg + "</svg>";
}

}  // namespace sms_notifier::web
