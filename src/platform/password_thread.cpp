#include "platform/password_thread.h"

#include <atomic>
#include <deque>
#include <functional>
#include <mutex>
#include <pthread.h>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace sms_notifier::platform {
namespace {

namespace asio = boost::asio;

/// Visitors who come when so many wait already are told to come again: they would wait for seconds.
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
      : hasher_(std::move(hasher)), no_users_hash_(hasher_->hash(base::Secret("the password of no user"))) {
    asio::post(thread_, [] { ::pthread_setname_np(::pthread_self(), "slow"); });
  }
  ~PasswordThread() override { thread_.join(); }
  PasswordThread(const PasswordThread&) = delete;
  PasswordThread& operator=(const PasswordThread&) = delete;

  base::task<std::optional<std::string>> hash(base::Secret password) override {
    const Place place(waiting_, waiting_max);
    if (!place.granted) co_return std::nullopt;
    std::optional<std::string> made;
    const std::function<void()> work = [&] { made = hasher_->hash(password); };
    co_await in_turn(Asker::Known, work);
    co_return made;
  }

  base::task<Verdict> verify(Asker asker, base::Secret password, std::optional<std::string> hash) override {
    const Place place(waiting_, most_waiting(asker));
    if (!place.granted) co_return Verdict::Busy;
    const std::string_view compared = hash ? *hash : no_users_hash_;
    std::optional<bool> matches;
    const std::function<void()> work = [&] { matches = hasher_->verify(password, compared); };
    co_await in_turn(asker, work);
    if (!matches) co_return Verdict::Busy;
    if (!*matches || !hash) co_return Verdict::Wrong;
    co_return hasher_->needs_upgrade(*hash) ? Verdict::RightButOldHash : Verdict::Right;
  }

  void close() override { closed_ = true; }

 private:
  /// Work that the thread does when it is its turn, and what tells the coroutine that waits for it.
  struct Job {
    std::function<void()> work;
    std::function<void(std::exception_ptr)> done;
  };

  /// Those who are known go before the strangers, however many wait.
  base::task<> in_turn(Asker asker, std::function<void()> work) {
    co_await asio::async_initiate<const asio::use_awaitable_t<>&, void(std::exception_ptr)>(
        [&](auto handler) {
          // The handler is the waiting coroutine. It goes back to its own loop, which stays busy until then
          // and may be gone right after: nothing of the loop's may stay behind in the job.
          auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
          auto busy =
              std::make_shared<decltype(asio::make_work_guard(asio::get_associated_executor(*waiting)))>(
                  asio::make_work_guard(asio::get_associated_executor(*waiting)));
          auto done = [waiting, busy](std::exception_ptr failure) mutable {
            const auto loop = busy->get_executor();
            asio::post(loop, [waiting = std::move(waiting), busy = std::move(busy),
                              failure = std::move(failure)] { (*waiting)(failure); });
          };
          line_up(asker, {std::move(work), std::move(done)});
        },
        asio::use_awaitable);
  }

  void line_up(Asker asker, Job job) {
    {
      const std::lock_guard lock(mutex_);
      (asker == Asker::Known ? known_ : strangers_).push_back(std::move(job));
    }
    asio::post(thread_, [this] { do_next(); });
  }

  void do_next() {
    Job job;
    {
      const std::lock_guard lock(mutex_);
      std::deque<Job>& queue = known_.empty() ? strangers_ : known_;
      job = std::move(queue.front());
      queue.pop_front();
    }
    std::exception_ptr failure;
    try {
      if (!closed_) job.work();
    } catch (...) {
      failure = std::current_exception();
    }
    job.done(failure);
  }

  /// One of the places of those who wait.
  struct Place {
    Place(std::atomic<int>& count, int most) : waiting(count), granted(++waiting <= most) {}
    ~Place() { --waiting; }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    std::atomic<int>& waiting;
    const bool granted;
  };

  const std::unique_ptr<app::PasswordHasher> hasher_;
  const std::string no_users_hash_;
  std::atomic<int> waiting_{0};
  std::atomic<bool> closed_{false};
  std::mutex mutex_;
  std::deque<Job> known_;      ///< guarded by mutex_
  std::deque<Job> strangers_;  ///< guarded by mutex_
  asio::thread_pool thread_{1};
};

}  // namespace

std::unique_ptr<app::PasswordDesk> make_password_thread(std::unique_ptr<app::PasswordHasher> hasher) {
  return std::make_unique<PasswordThread>(std::move(hasher));
}

}  // namespace sms_notifier::platform
