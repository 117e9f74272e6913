#pragma once

#include <cstdint>
#include <string>

#include "support/installation/phone_check.h"

namespace sms_notifier::torture {

using test_support::Violation;

struct Options {
  int count;
  std::uint64_t seed;
};

// Each part does its thing `count` times and returns a sentence of figures. Throws Violation.
std::string kills(const Options& options);
std::string system_calls(const Options& options);
std::string io_errors(const Options& options);
std::string out_of_memory(const Options& options);
std::string disk_full(const Options& options);
std::string power_cut(const Options& options);
std::string clocks(const Options& options);

}  // namespace sms_notifier::torture
