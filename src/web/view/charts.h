#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sms_notifier::web {

/// One place on the x axis of a bar chart.
struct Bar {
  std::string label;    ///< under it; empty for places that need none
  std::string tooltip;  ///< the whole story of the place, in words
  int back = 0;         ///< height of the bar behind
  int front = 0;        ///< of the one before it
};

/// How wide a chart is drawn: letters are as large in each, so a chart that has more room gets more units.
enum class ChartWidth { Half, Whole };

/// A bar chart as SVG without inline styles (classes `back` and `front`); `description` is what a screen
/// reader says. Labels and tooltips are escaped.
std::string bar_chart(const std::vector<Bar>& bars, std::string_view description, ChartWidth chart_width);

}  // namespace sms_notifier::web
