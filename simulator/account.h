#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"

namespace sms_notifier::simulator {

/// One number of an account, as getDIDsInfo tells of it.
struct DidSettings {
  std::string did;  ///< ten digits
  std::string description = "TORONTO, ON";
  std::string routing = "account:100001_desk";
  std::string failover_noanswer = "none:";
  std::string voicemail;
  bool sms_available = true;
  bool sms_enabled = true;
  bool mms_available = true;
};

/// How getSMS and getMMS give a text's body back (docs/provider/texts.md, "What the list does to a text").
enum class Echo {
  Plain,
  UrlEncoded,  ///< `we+called`
  PhpEscaped,  ///< `l\'heure`
  PlainAscii,  ///< `Desole - l'heure`
  Cut,         ///< the first 40 bytes
};

constexpr std::string_view default_password = "demo-api-password";

/// Everything about an account that can be set from outside.
struct AccountSettings {
  std::string email;
  std::string password{default_password};
  std::string number = "100001";  ///< what inbound rows carry as their account
  std::vector<DidSettings> dids;

  bool api_enabled = true;
  std::string allowed_ip = "0.0.0.0";      ///< comma list of addresses, `192.168.1.*`, or `0.0.0.0` for any
  std::optional<int> requests_per_minute;  ///< beyond: `api_limit_exceeded`
  std::optional<int> daily_limit;          ///< texts per Eastern day; beyond: `limit_reached`
  std::string balance = "25.000000";
  bool non_sufficient_funds = false;
  std::vector<std::string> refused_numbers;  ///< texts to these: `invalid_dst`

  base::Duration latency{0};     ///< on top of the world's own
  base::Duration list_lag{0};    ///< how long a sent text stays out of getSMS and getMMS
  bool numbers = false;          ///< numeric fields as JSON numbers instead of strings
  bool bare_single_row = false;  ///< a list of one is the row itself
  Echo echo = Echo::Plain;
};

/// One leg of a call, as the provider will record it.
struct CallSpec {
  std::string account;
  std::string did;
  std::string caller;  ///< digits, or the whole `callerid`; empty or `anonymous` when withheld
  std::string name;    ///< when set, `callerid` is `"NAME" <caller>`
  std::chrono::seconds seconds{0};
  std::string disposition;                  ///< empty: `NO ANSWER` for 0 s, else `ANSWERED`
  std::optional<base::Instant> started_at;  ///< default: now
  base::Duration visible_in{0};             ///< the row appears this much later than now
  std::string unique_id;                    ///< empty: the next one
  bool twin_id = false;                     ///< another leg may have that id already
  std::string destination_type = "IN:CAN";  ///< empty: the field is absent
  std::string description = "Inbound DID";
  std::string account_field;  ///< empty: the account's number
};

struct CallChange {
  std::optional<std::chrono::seconds> seconds;
  std::optional<std::string> disposition;
};

enum class TextKind { Sms, Mms };
std::string_view to_string(TextKind kind);

/// A text that arrived at a caller's phone.
struct DeliveredText {
  std::string id;
  TextKind kind;
  std::string account;
  std::string did;
  std::string dst;
  std::string message;
  base::Instant accepted_at;
  bool by_hand = false;  ///< the owner wrote it in the portal
  bool deleted = false;  ///< in the portal: lists do not show it any more
};

/// A text that a person writes: a caller to one of the account's numbers, or the owner, in the portal, to a
/// caller.
struct HandText {
  std::string account;
  std::string did;
  std::string contact;
  std::string message;
  TextKind kind = TextKind::Sms;
  bool to_caller = false;
};

}  // namespace sms_notifier::simulator
