#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "app/upkeep/retention.h"
#include "app/watch/monitor_options.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"

namespace sms_notifier::server {

/// What is in force: defaults, then the TOML file, then the environment (docs/operating.md, "Settings").
struct Config {
  std::string listen_host = "127.0.0.1";
  std::uint16_t listen_port = 8000;
  std::string public_url;
  std::vector<std::string> trusted_proxies{"127.0.0.1", "::1"};
  std::string storage_url;  ///< empty: SQLite in the data folder
  std::string voipms_base_url = "https://voip.ms/api/v1/rest.php";
  std::string voipms_ca_file;
  std::string voipms_timezone_name = "America/Toronto";
  app::MonitorOptions monitor;
  app::RetentionOptions retention;
  std::int64_t max_in_flight = 4096;
  base::Duration poll_timeout = std::chrono::seconds{90};
  base::Duration send_timeout = std::chrono::seconds{60};
  std::string log_level = "info";
  std::string log_format = "text";
  base::Secret log_token;
};

/// Variables whose names start with SMS_NOTIFIER_.
using Environment = std::map<std::string, std::string>;

/// Errors are one line: key, value, where it stands, and what is allowed.
base::Result<Config> load_config(const std::optional<std::string>& file, const Environment& environment);
/// The same for text that stands in `file`; for tests and fuzzing.
base::Result<Config> parse_config(std::string_view toml_text, const std::string& file,
                                  const Environment& environment);

/// Sets one key as if the file had it; for command-line options that stand for keys.
std::optional<base::Error> set_key(Config& config, std::string_view key, const std::string& value,
                                   const std::string& where);

/// A TOML file that gives this configuration; secrets are hidden.
std::string print_config(const Config& config);

/// Reads `500ms`, `1.5s`, `10s`, `15m`, `24h`.
std::optional<base::Duration> parse_duration(std::string_view text);
std::string format_duration(base::Duration duration);

}  // namespace sms_notifier::server
