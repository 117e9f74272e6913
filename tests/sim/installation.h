#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/watch/monitor.h"
#include "sim/business.h"
#include "sim/hazardous_store.h"
#include "sim/world_provider.h"

namespace sms_notifier::sim {

/// What the service tells, as far as runs ask for it.
class Told final : public app::EventSink {
 public:
  explicit Told(const test_support::VirtualLoop& loop) : loop_(loop) {}
  void on(const app::Event& event, base::Instant at) noexcept override;

  std::map<std::string, base::Instant> last_poll;  ///< the last good one, by account
  std::vector<base::Instant> texts_elsewhere;      ///< when such texts were found
  std::set<std::string> troubled;                  ///< accounts of which a trouble was told and no end of it
  bool storage_troubled = false;
  base::Instant storage_healed_at{};
  long polls = 0;

 private:
  const test_support::VirtualLoop& loop_;
};

/// One installation of the program: the production engine over a store, with an owner who works on it.
class Installation final : public Owner {
 public:
  Installation(simulator::World& world, test_support::VirtualLoop& loop, const domain::TimeZone& zone,
               Verdict& verdict, std::unique_ptr<Storage> storage, app::MonitorOptions options,
               std::uint64_t seed);
  /// Its polls keep their distance from those of others.
  void poll_without_jitter() { jitter_ = false; }

  void add_profiles(const std::vector<domain::ProfileForm>& forms);
  void run_all();

  void start();
  bool is_up() const { return monitor_ != nullptr; }
  /// Since when it has been up and awake.
  base::Instant up_since() const { return std::max(up_since_, hazards.woke_at); }
  /// Whether a profile of the account has been watched since then.
  bool watches_since(const std::string& account, base::Instant then);
  /// The process is gone; whatever it was doing stays as it is.
  void die();
  /// Asks the process to end; it does so on the loop.
  void stop() { monitor_->stop(); }
  /// The database comes back as it was when it was copied. The process must be down.
  void put_back();

  void run_profile(std::size_t profile, bool running) override;
  void edit_message(std::size_t profile, const std::string& message) override;
  void make_anew(std::size_t profile) override;
  void block(const std::string& caller) override;
  void order_texts(int too_old) override;
  void delete_texts(const std::string& did, int newest) override;

  Hazards hazards;
  Told told;
  std::function<void(const app::OpenReply&)> on_order;  ///< told of each text that the owner ordered
  Storage& storage() { return *storage_; }
  std::vector<app::CallRecord> calls();
  std::vector<app::OpenReply> open_replies();
  const std::set<std::pair<std::string, std::string>>& texted_elsewhere() const {
    return store_.texted_elsewhere();
  }

 private:
  void find_profiles();

  simulator::World& world_;
  test_support::VirtualLoop& loop_;
  const domain::TimeZone& zone_;
  std::unique_ptr<Storage> storage_;
  HazardousStore store_;
  app::MonitorOptions options_;
  std::uint64_t seed_;
  std::uint64_t starts_ = 0;
  base::Instant up_since_;
  bool jitter_ = true;
  std::vector<domain::ProfileForm> forms_;
  std::vector<std::optional<domain::ProfileId>> profiles_;
  std::unique_ptr<app::Random> random_;
  std::unique_ptr<WorldProvider> provider_;
  std::unique_ptr<app::Monitor> monitor_;
};

}  // namespace sms_notifier::sim
