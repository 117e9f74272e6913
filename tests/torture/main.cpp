// Crash and fault loops on the real program; README.md says what each part does.

#include <array>
#include <charconv>
#include <chrono>
#include <exception>
#include <iostream>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "torture/parts.h"

namespace sms_notifier::torture {
namespace {

struct Part {
  std::string_view name;
  int count;
  std::string_view what;
  std::string (*run)(const Options&);
};

constexpr std::array parts{
    Part{"kills", 1000, "kill -9 at random moments", kills},
    Part{"system_calls", 200, "SIGKILL at each system call of a poll, a decision and a text", system_calls},
    Part{"io_errors", 100, "the n-th write to the disk fails, once or for a while", io_errors},
    Part{"disk_full", 200, "the disk fills up and is freed again", disk_full},
    Part{"out_of_memory", 300, "the n-th allocation fails", out_of_memory},
    Part{"power_cut", 5000, "power cuts under the store", power_cut},
    Part{"clocks", 3, "midnights, New Year and both nights on which the clocks change", clocks},
};

int usage() {
  std::cerr << "Usage: torture [PART [COUNT [SEED]]]\n";
  for (const Part& part : parts)
    std::cerr << "  " << part.name << " (" << part.count << "): " << part.what << "\n";
  std::cerr << "./dev torture knows one part more, black_box (README.md).\n";
  return 2;
}

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number value{};
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

bool holds(const Part& part, const Options& options) {
  const auto started = std::chrono::steady_clock::now();
  std::cout << part.name << ": " << part.what << ", count " << options.count << ", seed " << options.seed
            << std::endl;
  bool good = true;
  std::string figures;
  try {
    figures = part.run(options);
  } catch (const Violation& violation) {
    good = false;
    figures = std::string("VIOLATION: ") + violation.what();
  } catch (const std::exception& error) {
    good = false;
    figures = std::string("FAILED: ") + error.what();
  }
  const auto took =
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - started);
  std::cout << part.name << ": " << figures << " (seed " << options.seed << ", " << took.count() << " s)"
            << std::endl;
  return good;
}

int run(const std::vector<std::string_view>& arguments) {
  const std::string_view only = arguments.empty() ? std::string_view() : arguments[0];
  const std::optional<int> count = arguments.size() > 1 ? number<int>(arguments[1]) : std::optional<int>(0);
  const std::optional<std::uint64_t> seed =
      arguments.size() > 2 ? number<std::uint64_t>(arguments[2]) : std::random_device{}();
  if (!count || !seed || *count < 0 || arguments.size() > 3) return usage();
  bool good = true;
  bool found = false;
  for (const Part& part : parts) {
    if (!only.empty() && only != part.name) continue;
    found = true;
    good = holds(part, Options{*count == 0 ? part.count : *count, *seed}) && good;
  }
  if (!found) return usage();
  return good ? 0 : 1;
}

}  // namespace
}  // namespace sms_notifier::torture

int main(int argc, char** argv) {
  return sms_notifier::torture::run(std::vector<std::string_view>(argv + 1, argv + argc));
}
