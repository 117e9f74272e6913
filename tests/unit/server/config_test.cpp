#include "server/config.h"

#include <gtest/gtest.h>

namespace sms_notifier::server {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

std::string complaint(std::string_view toml, const Environment& environment = {}) {
  const auto config = parse_config(toml, "sms.toml", environment);
  return config ? "" : config.error().message;
}

TEST(Config, WorksEmpty) {
  const auto config = parse_config("", "sms.toml", {});
  ASSERT_TRUE(config);
  EXPECT_EQ(config->monitor.poll_interval, seconds{10});
  EXPECT_EQ(config->monitor.catch_up, minutes{15});
  EXPECT_EQ(config->monitor.reconcile.negative_wait, seconds{240});
  EXPECT_EQ(config->monitor.texts_per_day, 100);
  EXPECT_EQ(config->listen_port, 8000);
}

TEST(Config, ReadsTheFileAndLetsTheEnvironmentWin) {
  const auto config =
      parse_config("[monitor]\npoll_interval = \"30s\"\nresume = false\n[limits]\ntexts_per_day = 7\n",
                   "sms.toml", {{"SMS_NOTIFIER_MONITOR_POLL_INTERVAL", "500ms"}});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->monitor.poll_interval, milliseconds{500});
  EXPECT_FALSE(config->monitor.resume);
  EXPECT_EQ(config->monitor.texts_per_day, 7);
}

TEST(Config, KeepsRecordsForMonthsOrForEver) {
  const auto usual = parse_config("", "sms.toml", {});
  EXPECT_EQ(usual->retention.keep_months, 25);
  EXPECT_EQ(usual->retention.audit_months, 25);
  const auto config = parse_config("[retention]\nkeep_months = 0\naudit_months = 4\n", "sms.toml", {});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->retention.keep_months, 0);
  EXPECT_EQ(config->retention.audit_months, 4);
  // The provider still lists what is younger: its keys are needed.
  for (const char* bad : {"1", "3", "-1", "1201", "\"\"", "\"00\"", "\"25 months\"", "true"})
    EXPECT_NE(complaint(std::string("[retention]\nkeep_months = ") + bad + "\n").find("0 for ever"),
              std::string::npos)
        << bad;
}

TEST(Config, NamesKeyValuePlaceAndWhatIsAllowed) {
  const std::string line = complaint("[monitor]\n\npoll_interval = \"soon\"\n");
  for (const char* part : {"sms.toml:3", "monitor.poll_interval", "\"soon\"", "500ms"})
    EXPECT_NE(line.find(part), std::string::npos) << line;
  const std::string env = complaint("", {{"SMS_NOTIFIER_LIMITS_TEXTS_PER_DAY", "-1"}});
  for (const char* part : {"SMS_NOTIFIER_LIMITS_TEXTS_PER_DAY", "\"-1\"", "whole number"})
    EXPECT_NE(env.find(part), std::string::npos) << env;
}

TEST(Config, RefusesUnknownKeysSectionsAndVariables) {
  EXPECT_NE(complaint("[monitor]\npol_interval = \"10s\"\n").find("monitor.pol_interval"), std::string::npos);
  EXPECT_NE(complaint("listen = \"127.0.0.1:1\"\n").find("listen"), std::string::npos);
  EXPECT_NE(complaint("[nonsense]\nx = 1\n").find("nonsense.x"), std::string::npos);
  EXPECT_NE(complaint("", {{"SMS_NOTIFIER_MONITOR_POL", "1"}}).find("SMS_NOTIFIER_MONITOR_POL"),
            std::string::npos);
  EXPECT_EQ(complaint("", {{"SMS_NOTIFIER_DATA", "/tmp/x"}, {"SMS_NOTIFIER_SECRET_KEY", "k"}}), "");
}

TEST(Config, IsOneLineWhateverIsWrong) {
  for (const char* text : {"[", "x", "[monitor]\npoll_interval = [1]\n", "[server]\nlisten = \"a\\nb\"\n"}) {
    const std::string line = complaint(text);
    EXPECT_NE(line, "") << text;
    EXPECT_EQ(line.find('\n'), std::string::npos) << line;
  }
}

TEST(Config, AllowsPlainHttpOnlyToThisComputer) {
  for (const char* good : {"https://voip.ms/api/v1/rest.php", "http://127.0.0.1:8101/api/v1/rest.php",
                           "http://localhost/api", "http://[::1]:8101/api"})
    EXPECT_EQ(complaint(std::string("[voipms]\nbase_url = \"") + good + "\"\n"), "") << good;
  for (const char* bad :
       {"http://voip.ms/api", "http://127.0.0.1.evil.example/", "http://localhost@evil.example/",
        "ftp://127.0.0.1/", "voip.ms", "", "http://10.0.0.1/"})
    EXPECT_NE(complaint(std::string("[voipms]\nbase_url = \"") + bad + "\"\n"), "") << bad;
}

TEST(Config, ReadsAFileThatAnEditorSavedWithAByteOrderMarkAndCarriageReturns) {
  const auto config = parse_config("\xEF\xBB\xBF[monitor]\r\npoll_interval = \"30s\"\r\n", "sms.toml", {});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->monitor.poll_interval, seconds{30});
}

TEST(Config, TakesAPublicUrlAsABrowserWritesIt) {
  const auto taken = [](const std::string& url) {
    const auto config = parse_config("[server]\npublic_url = \"" + url + "\"\n", "sms.toml", {});
    return config ? config->public_url : config.error().message;
  };
  for (const char* url : {"https://sms.example.com", "https://sms.example.com/", "HTTPS://SMS.Example.com",
                          "https://sms.example.com:443", "https://sms.example.com:443/"})
    EXPECT_EQ(taken(url), "https://sms.example.com") << url;
  EXPECT_EQ(taken("http://192.0.2.7:80/"), "http://192.0.2.7");
  EXPECT_EQ(taken("https://sms.example.com:8443"), "https://sms.example.com:8443");
  EXPECT_EQ(taken("http://[2001:DB8::1]:8000"), "http://[2001:db8::1]:8000");
  EXPECT_EQ(taken(""), "");
}

TEST(Config, RefusesAPublicUrlOfWhichItWouldIgnoreAPart) {
  for (const char* url : {"https://example.com/sms", "https://example.com/sms/", "https://example.com//",
                          "https://example.com?x=1", "https://example.com/?x", "https://example.com#top",
                          "https://example.com:0", "https://example.com:65536", "https://example.com:x",
                          "https://example.com:", "https://exa mple.com", "https://[::1", "https://",
                          "https:///", "ftp://example.com", "sms.example.com", "https://höhle.example"}) {
    const std::string line = complaint(std::string("[server]\npublic_url = \"") + url + "\"\n");
    for (const char* part : {"sms.toml:2", "server.public_url", url, "no path", "https://sms.example.com"})
      EXPECT_NE(line.find(part), std::string::npos) << url << ": " << line;
  }
}

TEST(Config, RepeatsNoPasswordOfARefusedAddress) {
  for (const char* key : {"[server]\npublic_url", "[voipms]\nbase_url"}) {
    const std::string line = complaint(std::string(key) + " = \"ftp://me:pass@word@example.com/\"\n");
    EXPECT_NE(line.find("ftp://(hidden)@example.com/"), std::string::npos) << line;
    EXPECT_EQ(line.find("pass"), std::string::npos) << line;
  }
}

TEST(Config, ListensOnlyOnAnAddressWithHostAndPort) {
  for (const char* good : {"127.0.0.1:0", "[::1]:8000", "localhost:65535"})
    EXPECT_EQ(complaint(std::string("[server]\nlisten = \"") + good + "\"\n"), "") << good;
  for (const char* bad :
       {"", ":8000", "[]:8000", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "\\n:2"})
    EXPECT_NE(complaint(std::string("[server]\nlisten = \"") + bad + "\"\n"), "") << bad;
}

TEST(Config, PrintsWhatReadsBackAndHidesSecrets) {
  const auto config =
      parse_config("[log]\ntoken = \"0123456789abcdef0123\"\n[monitor]\npoll_interval = \"1.5s\"\n", "f", {});
  ASSERT_TRUE(config);
  const std::string printed = print_config(*config);
  EXPECT_EQ(printed.find("0123456789abcdef"), std::string::npos);
  EXPECT_NE(printed.find("poll_interval = '1500ms'"), std::string::npos) << printed;
  const auto without_secret = parse_config("[monitor]\npoll_interval = \"1.5s\"\n", "f", {});
  std::string again = print_config(*without_secret);
  again.erase(again.find("token"));
  const auto read = parse_config(again, "printed", {});
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->monitor.poll_interval, milliseconds{1500});
}

TEST(Config, NeverRepeatsASecretThatIsNotAllowed) {
  const std::string line = complaint("[log]\ntoken = \"tooshort\"\n");
  EXPECT_NE(line.find("log.token"), std::string::npos);
  EXPECT_EQ(line.find("tooshort"), std::string::npos) << line;
}

TEST(Duration, ReadsTheFormsOfTheDesign) {
  EXPECT_EQ(parse_duration("500ms"), milliseconds{500});
  EXPECT_EQ(parse_duration("1.5s"), milliseconds{1500});
  EXPECT_EQ(parse_duration("15m"), minutes{15});
  EXPECT_EQ(parse_duration("24h"), std::chrono::hours{24});
  for (const char* bad : {"", "10", "s", "-1s", "1d", "1 s", "nan s", "infs", "1e3s", "1s "})
    EXPECT_FALSE(parse_duration(bad)) << bad;
}

}  // namespace
}  // namespace sms_notifier::server
