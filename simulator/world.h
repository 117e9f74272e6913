#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "http/form.h"
#include "simulator/account.h"
#include "simulator/fault.h"

namespace sms_notifier::simulator {

struct WorldOptions {
  std::vector<AccountSettings> accounts;
  std::uint64_t seed = 1;
  base::Duration latency{0};                   ///< of every answer
  std::map<std::string, std::string> replays;  ///< method -> recorded body, given as it is
  std::size_t arrivals_max = 100'000;          ///< times of requests kept per account
  base::Duration clock_ahead{0};               ///< of the provider's clock before that of its machine
};

/// The account `demo@example.test` with one number.
AccountSettings demo_account();
/// `account-N@example.test`, N from 1, with one number of its own.
AccountSettings numbered_account(int n);

/// One call of the API, whatever it travelled on.
struct ApiRequest {
  http::Fields fields;
  std::string peer = "127.0.0.1";
  /// The password stood in the URL, where proxies and logs keep it.
  bool secret_in_url = false;
};

/// What becomes of a request. What it does to the world has happened already; this is how the answer travels.
struct Plan {
  enum class Ending { Answer, Hang, Close, Reset, Truncate };

  Ending ending = Ending::Answer;
  base::Duration latency{0};
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
  std::optional<base::Duration> drip;
};

/// What an account asked for.
struct RequestLog {
  std::map<std::string, int> counts;            ///< per method
  std::vector<base::Instant> get_cdr_arrivals;  ///< bounded: the oldest are dropped
  int secrets_in_urls = 0;
};

/// A call as the control API lists it.
struct CallView {
  std::string account;
  std::string did;
  std::string callerid;
  std::string disposition;
  std::chrono::seconds seconds;
  base::Instant started_at;
  base::Instant visible_at;
  std::string unique_id;
};

/// The provider: accounts, call records and texts, and its behaviour (docs/provider/README.md). Pure state:
/// no I/O, no threads, no clock and no chance but what is passed in, so that it lives on real and on virtual
/// time alike. `now` must not run backwards. Not thread-safe.
class World {
 public:
  explicit World(WorldOptions options);
  ~World();
  World(World&&) noexcept;
  World& operator=(World&&) noexcept;

  /// Carries a request out and says what to answer. The text of an accepted send is delivered at once,
  /// however late the answer comes; only AcceptLate delivers later.
  Plan handle(const ApiRequest& request, base::Instant now);
  Plan handle(const http::Fields& fields, base::Instant now) { return handle(ApiRequest{fields}, now); }

  /// Adds the account, or gives an existing one new settings.
  void put_account(const AccountSettings& settings);
  std::optional<AccountSettings> account(std::string_view email) const;
  std::vector<AccountSettings> accounts() const;

  /// Records a leg; gives its unique id.
  base::Result<std::string> place_call(const CallSpec& call, base::Instant now);
  bool change_call(std::string_view unique_id, const CallChange& change);
  bool remove_call(std::string_view unique_id);
  /// Newest first, at most `limit`; rows not visible yet included.
  std::vector<CallView> calls(std::string_view account, std::size_t limit) const;

  /// A caller texts one of our numbers, or the owner a caller; gives the text's id.
  base::Result<std::string> write_text(const HandText& text, base::Instant now);
  /// The owner deletes a text in the portal: lists do not show it any more.
  bool remove_text(std::string_view account, TextKind kind, std::string_view id);
  /// What arrived at phones up to `now`, in the order of arrival; all accounts when `account` is empty.
  std::vector<DeliveredText> delivered(base::Instant now, std::string_view account = {});

  const RequestLog& requests(std::string_view account) const;

  /// Of the provider's clock before that of its machine: for whoever tells the world what time it is.
  base::Duration clock_ahead() const;
  void set_clock_ahead(base::Duration ahead);

  void add_fault(Fault fault);
  void clear_faults();
  /// Everything as it was at the start: accounts of the options, no calls, no texts, no faults.
  void reset();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sms_notifier::simulator
