#include "platform/password_thread.h"

#include <atomic>
#include <pthread.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sms_notifier::platform {
namespace {

namespace asio = boost::asio;

/// Whoever comes when so many wait already is told to come again: they would wait for seconds.
constexpr int waiting_max = 50;
/// The other places are for those who are known: a flood of log-ins of strangers leaves them free.
constexpr int strangers_waiting_max = 30;

int most_waiting(app::PasswordDesk::Asker asker) {
  switch (asker) {
    case app::PasswordDesk::Asker::Stranger:
      return strangers_waiting_max;
    case app::PasswordDesk::Asker::Known:
      return waiting_max;
  }
  return 0;
}

class PasswordThread final : public app::PasswordDesk {
 public:
  explicit PasswordThread(std::unique_ptr<app::PasswordHasher> hasher)
      : hasher_(std::move(hasher)), nobodys_hash_(hasher_->hash(base::Secret("nobody has this password"))) {
    asio::post(thread_, [] { ::pthread_setname_np(::pthread_self(), "slow"); });
  }
  ~PasswordThread() override { thread_.join(); }
  PasswordThread(const PasswordThread&) = delete;
  PasswordThread& operator=(const PasswordThread&) = delete;

  base::task<std::optional<std::string>> hash(base::Secret password) override {
    const Place place(waiting_, waiting_max);
    if (!place.granted) co_return std::nullopt;
    const auto work = [&]() -> base::task<std::string> { co_return hasher_->hash(password); };
    std::string made = co_await asio::co_spawn(thread_, work, asio::use_awaitable);
    co_return made;
  }

  base::task<Verdict> verify(Asker asker, base::Secret password, std::optional<std::string> hash) override {
    const Place place(waiting_, most_waiting(asker));
    if (!place.granted) co_return Verdict::Busy;
    const std::string_view compared = hash ? *hash : nobodys_hash_;
    const auto work = [&]() -> base::task<bool> { co_return hasher_->verify(password, compared); };
    const bool matches = co_await asio::co_spawn(thread_, work, asio::use_awaitable);
    if (!matches || !hash) co_return Verdict::Wrong;
    co_return hasher_->needs_upgrade(*hash) ? Verdict::RightButOldHash : Verdict::Right;
  }

 private:
  /// One of the places of those who wait.
  /// A task may outlive the desk, when its loop was stopped before it ended.
  struct Place {
    Place(std::shared_ptr<std::atomic<int>> count, int most)
        : waiting(std::move(count)), granted(++*waiting <= most) {}
    ~Place() { --*waiting; }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    const std::shared_ptr<std::atomic<int>> waiting;
    const bool granted;
  };

  const std::unique_ptr<app::PasswordHasher> hasher_;
  const std::string nobodys_hash_;
  const std::shared_ptr<std::atomic<int>> waiting_ = std::make_shared<std::atomic<int>>(0);
  asio::thread_pool thread_{1};
};

}  // namespace

std::unique_ptr<app::PasswordDesk> make_password_thread(std::unique_ptr<app::PasswordHasher> hasher) {
  return std::make_unique<PasswordThread>(std::move(hasher));
}

}  // namespace sms_notifier::platform
