#include "server/config.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <functional>
#include <sstream>

#include <fmt/format.h>
#include <toml++/toml.h>

#include "domain/text.h"

namespace sms_notifier::server {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t error_bytes_max = 500;
constexpr std::string_view env_prefix = "SMS_NOTIFIER_";
/// Variables that are no keys of the configuration.
constexpr std::array<std::string_view, 3> other_variables{"SMS_NOTIFIER_CONFIG", "SMS_NOTIFIER_DATA",
                                                          "SMS_NOTIFIER_SECRET_KEY"};

/// One key: how its text is read into the configuration and written again. `read` gives false for what is not
/// allowed.
struct Key {
  std::string_view name;
  std::string allowed;
  std::function<bool(Config&, const std::string&)> read;
  std::function<std::string(const Config&)> write;
};

std::string toml_string(const std::string& text) {
  std::ostringstream out;
  out << toml::value<std::string>(text);
  return out.str();
}

std::optional<std::int64_t> parse_whole(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::pair<std::string, std::uint16_t>> parse_listen(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return std::nullopt;
  const auto port = parse_whole(std::string_view(text).substr(colon + 1));
  if (!port || *port < 0 || *port > 65535) return std::nullopt;
  std::string host = text.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (host.empty()) return std::nullopt;
  return std::pair(host, static_cast<std::uint16_t>(*port));
}

/// The host of an URL with that scheme; nothing when the URL is not of that form.
std::optional<std::string> host_of(std::string_view url, std::string_view scheme) {
  if (!url.starts_with(scheme)) return std::nullopt;
  url.remove_prefix(scheme.size());
  const std::string authority(url.substr(0, url.find_first_of("/?#")));
  if (authority.empty() || authority.find('@') != std::string::npos) return std::nullopt;
  if (authority.starts_with('[')) return authority.substr(0, authority.find(']') + 1);
  return authority.substr(0, authority.find(':'));
}

bool is_port(std::string_view text) {
  const auto port = parse_whole(text);
  return port && *port > 0 && *port <= 65535;
}

/// `https://sms.example.com` as a browser writes where a page is from: in lower case, without the scheme's
/// usual port and a slash at the end. Nothing when there is more in it than scheme, host and port.
std::optional<std::string> origin_in(const std::string& url) {
  const std::string text = domain::lower_case(url);
  for (const auto& [scheme, usual_port] : {std::pair("https://", "443"), std::pair("http://", "80")}) {
    if (!text.starts_with(scheme)) continue;
    std::string_view rest = std::string_view(text).substr(std::string_view(scheme).size());
    if (rest.ends_with('/')) rest.remove_suffix(1);
    const bool v6 = rest.starts_with('[');
    const auto host_end = v6 ? rest.find(']') : rest.find(':');
    if (v6 && host_end == std::string_view::npos) return std::nullopt;
    const std::string_view host = rest.substr(0, v6 ? host_end + 1 : host_end);
    const std::string_view inside = v6 ? host.substr(1, host.size() - 2) : host;
    const std::string_view allowed = v6 ? "0123456789abcdef:." : "0123456789abcdefghijklmnopqrstuvwxyz-._";
    if (inside.empty() || inside.find_first_not_of(allowed) != std::string_view::npos) return std::nullopt;
    const std::string_view port = rest.substr(host.size());
    if (port.empty() || port == std::string(":") + usual_port) return scheme + std::string(host);
    if (!port.starts_with(':') || !is_port(port.substr(1))) return std::nullopt;
    return scheme + std::string(host) + std::string(port);
  }
  return std::nullopt;
}

bool is_provider_url(const std::string& url) {
  if (host_of(url, "https://")) return true;
  const auto host = host_of(url, "http://");
  return host && (host == "127.0.0.1" || host == "localhost" || host == "[::1]");
}

/// No setting has a use for line breaks and the like, and what is printed stays one line each.
bool has_control_character(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

bool is_plain_word_list(const std::vector<std::string>& words) {
  return std::all_of(words.begin(), words.end(), [](const std::string& word) {
    return !word.empty() && word.find_first_not_of("0123456789abcdefABCDEF.:/") == std::string::npos;
  });
}

std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) parts.emplace_back(domain::trimmed(part));
  return parts;
}

Key text_key(std::string_view name, std::string Config::*field, std::string allowed,
             std::function<bool(const std::string&)> is_allowed) {
  return {name, std::move(allowed),
          [field, is_allowed = std::move(is_allowed)](Config& config, const std::string& text) {
            if (!is_allowed(text)) return false;
            config.*field = text;
            return true;
          },
          [field](const Config& config) { return toml_string(config.*field); }};
}

using DurationOf = std::function<base::Duration&(Config&)>;

Key duration_key(std::string_view name, base::Duration least, base::Duration most, const DurationOf& field) {
  return {name,
          fmt::format("a duration from {} to {}, such as 500ms, 1.5s, 15m or 24h", format_duration(least),
                      format_duration(most)),
          [=](Config& config, const std::string& text) {
            const auto value = parse_duration(text);
            if (!value || *value < least || *value > most) return false;
            field(config) = *value;
            return true;
          },
          [=](const Config& config) {
            Config copy = config;
            return toml_string(format_duration(field(copy)));
          }};
}

Key flag_key(std::string_view name, const std::function<bool&(Config&)>& field) {
  return {name, "true or false",
          [field](Config& config, const std::string& text) {
            if (text != "true" && text != "false") return false;
            field(config) = text == "true";
            return true;
          },
          [field](const Config& config) {
            Config copy = config;
            return std::string(field(copy) ? "true" : "false");
          }};
}

template <class Field>
Key whole_key(std::string_view name, std::int64_t least, std::int64_t most, Field field) {
  return {name, fmt::format("a whole number from {} to {}", least, most),
          [=](Config& config, const std::string& text) {
            const auto value = parse_whole(text);
            if (!value || *value < least || *value > most) return false;
            field(config) = static_cast<std::remove_reference_t<decltype(field(config))>>(*value);
            return true;
          },
          [=](const Config& config) {
            Config copy = config;
            return std::to_string(field(copy));
          }};
}

Key months_key(std::string_view name, const std::function<int&(Config&)>& field) {
  Key key = whole_key(name, app::retention_months_min, app::retention_months_max, field);
  key.allowed += ", or 0 for ever";
  key.read = [read = std::move(key.read), field](Config& config, const std::string& text) {
    if (text != "0") return read(config, text);
    field(config) = 0;
    return true;
  };
  return key;
}

Key choice_key(std::string_view name, std::string Config::*field, std::vector<std::string> choices) {
  std::string allowed;
  for (const std::string& choice : choices) allowed += (allowed.empty() ? "" : ", ") + choice;
  return text_key(name, field, "one of " + allowed, [choices = std::move(choices)](const std::string& text) {
    return std::find(choices.begin(), choices.end(), text) != choices.end();
  });
}

/// Every key there is, in the order in which they are printed.
const std::vector<Key>& keys() {
  static const std::vector<Key> all{
      {"server.listen", "HOST:PORT, such as 127.0.0.1:8000 (port 0: any free one)",
       [](Config& config, const std::string& text) {
         const auto listen = parse_listen(text);
         if (listen) std::tie(config.listen_host, config.listen_port) = *listen;
         return listen.has_value();
       },
       [](const Config& config) {
         const bool v6 = config.listen_host.find(':') != std::string::npos;
         return toml_string((v6 ? "[" + config.listen_host + "]" : config.listen_host) + ":" +
                            std::to_string(config.listen_port));
       }},
      {"server.public_url",
       "empty, or the address that people use with no path after it, such as https://sms.example.com (the "
       "pages need a host name or a port of their own)",
       [](Config& config, const std::string& text) {
         const auto origin = text.empty() ? std::string() : origin_in(text);
         if (origin) config.public_url = *origin;
         return origin.has_value();
       },
       [](const Config& config) { return toml_string(config.public_url); }},
      {"server.trusted_proxies",
       "IP addresses or networks with commas between them, such as \"127.0.0.1, ::1\"",
       [](Config& config, const std::string& text) {
         auto parts = split_list(text);
         if (!is_plain_word_list(parts)) return false;
         config.trusted_proxies = std::move(parts);
         return true;
       },
       [](const Config& config) {
         std::string joined;
         for (const std::string& proxy : config.trusted_proxies)
           joined += (joined.empty() ? "" : ", ") + proxy;
         return toml_string(joined);
       }},
      text_key("storage.url", &Config::storage_url, "empty (SQLite in the data folder) or sqlite:PATH",
               [](const std::string& text) {
                 return text.empty() ||
                        (text.starts_with("sqlite:") && text.size() > std::string("sqlite:").size());
               }),
      text_key("voipms.base_url", &Config::voipms_base_url,
               "an https:// address (plain http:// only to this computer: 127.0.0.1, localhost or [::1])",
               is_provider_url),
      text_key("voipms.ca_file", &Config::voipms_ca_file, "empty (the system's), or the path of a PEM file",
               [](const std::string&) { return true; }),
      text_key("voipms.timezone_name", &Config::voipms_timezone_name, "a time zone such as America/Toronto",
               [](const std::string& text) {
                 return !text.empty() && text.front() != '/' && text.find("..") == std::string::npos;
               }),
      duration_key("monitor.poll_interval", milliseconds{10}, hours{1},
                   [](Config& c) -> base::Duration& { return c.monitor.poll_interval; }),
      duration_key("monitor.reply_window", seconds{0}, hours{24},
                   [](Config& c) -> base::Duration& { return c.monitor.reply_window; }),
      duration_key("monitor.catch_up", seconds{0}, hours{24},
                   [](Config& c) -> base::Duration& { return c.monitor.catch_up; }),
      flag_key("monitor.resume", [](Config& c) -> bool& { return c.monitor.resume; }),
      whole_key("monitor.max_in_flight", 1, 100'000,
                [](Config& c) -> std::int64_t& { return c.max_in_flight; }),
      duration_key("monitor.poll_timeout", milliseconds{100}, minutes{10},
                   [](Config& c) -> base::Duration& { return c.poll_timeout; }),
      duration_key("monitor.send_timeout", milliseconds{100}, minutes{10},
                   [](Config& c) -> base::Duration& { return c.send_timeout; }),
      duration_key("monitor.shutdown_grace", seconds{0}, minutes{10},
                   [](Config& c) -> base::Duration& { return c.monitor.shutdown_grace; }),
      duration_key("reconcile.negative_wait", milliseconds{10}, hours{24},
                   [](Config& c) -> base::Duration& { return c.monitor.reconcile.negative_wait; }),
      duration_key("reconcile.acceptance_max", milliseconds{10}, hours{1},
                   [](Config& c) -> base::Duration& { return c.monitor.reconcile.acceptance_max; }),
      duration_key("reconcile.look_gap", milliseconds{10}, hours{1},
                   [](Config& c) -> base::Duration& { return c.monitor.reconcile.look_gap; }),
      flag_key("reconcile.always_look", [](Config& c) -> bool& { return c.monitor.always_look; }),
      whole_key("limits.texts_per_day", 0, 1'000'000,
                [](Config& c) -> int& { return c.monitor.texts_per_day; }),
      months_key("retention.keep_months", [](Config& c) -> int& { return c.retention.keep_months; }),
      months_key("retention.audit_months", [](Config& c) -> int& { return c.retention.audit_months; }),
      choice_key("log.level", &Config::log_level, {"debug", "info", "warning", "error"}),
      choice_key("log.format", &Config::log_format, {"text", "json"}),
      {"log.token", "a token without spaces, 16 characters or more",
       [](Config& config, const std::string& text) {
         if (text.size() < 16 || text.find(' ') != std::string::npos) return false;
         config.log_token = base::Secret(text);
         return true;
       },
       [](const Config& config) { return toml_string(config.log_token.empty() ? "" : "(hidden)"); }},
  };
  return all;
}

bool is_secret(std::string_view key) {
  return key == "log.token";
}

std::string variable_of(std::string_view key) {
  std::string variable(env_prefix);
  for (const char c : key)
    variable += c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return variable;
}

/// The node as the text that the environment would hold; nothing for tables, dates and the like.
std::optional<std::string> scalar_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* whole = node.as_integer()) return std::to_string(whole->get());
  if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
  return std::nullopt;
}

std::optional<base::Error> read_table(Config& config, const toml::table& table, const std::string& file) {
  for (const auto& [section_key, section] : table) {
    const std::string section_name(section_key.str());
    const auto* keys_of_section = section.as_table();
    if (keys_of_section == nullptr)
      return base::Error{
          fmt::format("{}:{}: {} is not a section: keys stand under [server], [storage], [voipms], "
                      "[monitor], [reconcile], [limits], [retention] or [log]",
                      file, section.source().begin.line, section_name)};
    for (const auto& [key, node] : *keys_of_section) {
      const std::string name = section_name + "." + std::string(key.str());
      const std::string where = fmt::format("{}:{}", file, node.source().begin.line);
      const auto text = scalar_text(node);
      if (!text)
        return base::Error{fmt::format("{}: {} must be a text, a whole number, true or false", where, name)};
      if (auto error = set_key(config, name, *text, where)) return error;
    }
  }
  return std::nullopt;
}

std::optional<base::Error> read_environment(Config& config, const Environment& environment) {
  for (const auto& [variable, value] : environment) {
    if (!variable.starts_with(env_prefix)) continue;
    if (std::find(other_variables.begin(), other_variables.end(), variable) != other_variables.end())
      continue;
    const auto key = std::find_if(keys().begin(), keys().end(), [&, &name = variable](const Key& k) {
      return variable_of(k.name) == name;
    });
    if (key == keys().end())
      return base::Error{fmt::format(
          "environment: {} is not a setting: `sms-notifier serve --print-config` shows all", variable)};
    if (auto error = set_key(config, key->name, value, "environment " + variable)) return error;
  }
  return std::nullopt;
}

}  // namespace

std::optional<base::Duration> parse_duration(std::string_view text) {
  double number = 0;
  const auto [unit_at, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc{} || !(number >= 0)) return std::nullopt;
  const std::string_view unit(unit_at, static_cast<std::size_t>(text.data() + text.size() - unit_at));
  constexpr std::array<std::pair<std::string_view, double>, 4> units{
      {{"ms", 1e3}, {"s", 1e6}, {"m", 60e6}, {"h", 3600e6}}};
  for (const auto& [name, micros] : units) {
    if (unit != name) continue;
    const double value = std::round(number * micros);
    constexpr double longest = 1e15;  // about thirty years
    if (value > longest) return std::nullopt;
    return base::Duration{static_cast<std::int64_t>(value)};
  }
  return std::nullopt;
}

std::string format_duration(base::Duration duration) {
  const auto micros = duration.count();
  if (micros != 0 && micros % 3'600'000'000 == 0) return std::to_string(micros / 3'600'000'000) + "h";
  if (micros != 0 && micros % 60'000'000 == 0) return std::to_string(micros / 60'000'000) + "m";
  if (micros % 1'000'000 == 0) return std::to_string(micros / 1'000'000) + "s";
  return fmt::format("{}ms", static_cast<double>(micros) / 1000);
}

namespace {

/// The value as an error may repeat it: what stands before an @ in an address may hold a password.
std::string as_shown(std::string_view key, const std::string& value) {
  if (is_secret(key)) return "(hidden)";
  const auto scheme = value.find("://");
  const auto at = value.rfind('@');
  if (scheme == std::string::npos || at == std::string::npos || at < scheme) return "\"" + value + "\"";
  return "\"" + value.substr(0, scheme + 3) + "(hidden)" + value.substr(at) + "\"";
}

}  // namespace

std::optional<base::Error> set_key(Config& config, std::string_view key, const std::string& value,
                                   const std::string& where) {
  const auto found = std::find_if(keys().begin(), keys().end(), [&](const Key& k) { return k.name == key; });
  if (found == keys().end())
    return base::Error{
        fmt::format("{}: {} is not a setting: `sms-notifier serve --print-config` shows all", where, key)};
  if (!has_control_character(value) && found->read(config, value)) return std::nullopt;
  return base::Error{
      fmt::format("{}: {} = {} is not allowed: give {}", where, key, as_shown(key, value), found->allowed)};
}

base::Result<Config> parse_config(std::string_view toml_text, const std::string& file,
                                  const Environment& environment) {
  Config config;
  std::optional<base::Error> error;
  try {
    const toml::table table = toml::parse(toml_text, file);
    error = read_table(config, table, file);
  } catch (const toml::parse_error& failure) {
    error = base::Error{
        fmt::format("{}:{}: this is not TOML: {}", file, failure.source().begin.line, failure.description())};
  }
  if (!error) error = read_environment(config, environment);
  if (error) return base::Error{domain::one_line(error->message, error_bytes_max)};
  return config;
}

base::Result<Config> load_config(const std::optional<std::string>& file, const Environment& environment) {
  if (!file) return parse_config("", "", environment);
  std::ifstream stream(*file, std::ios::binary);
  std::ostringstream text;
  if (!stream || !(text << stream.rdbuf()).good()) {
    // An empty file sets failbit on the copy; it is a good configuration all the same.
    if (!stream.is_open())
      return base::Error{fmt::format("--config \"{}\" cannot be read: give the path of a TOML file", *file)};
  }
  return parse_config(text.str(), *file, environment);
}

std::string print_config(const Config& config) {
  std::string text;
  std::string section;
  for (const Key& key : keys()) {
    const auto dot = key.name.find('.');
    const std::string key_section(key.name.substr(0, dot));
    if (key_section != section) text += fmt::format("{}[{}]\n", section.empty() ? "" : "\n", key_section);
    section = key_section;
    text += fmt::format("{} = {}\n", key.name.substr(dot + 1), key.write(config));
  }
  return text;
}

}  // namespace sms_notifier::server
