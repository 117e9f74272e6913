#include "web/site/live.h"

#include <memory>

namespace sms_notifier::web {
namespace {

/// Between two messages to the same page: a burst of calls is one change to look at.
constexpr base::Duration gap = std::chrono::milliseconds{500};
/// A line that means nothing keeps proxies from closing the connection, and finds out whether the page is
/// there.
constexpr base::Duration heartbeat = std::chrono::seconds{15};

/// Takes part in the hub's wake-ups as long as it lives.
class Enrolled {
 public:
  Enrolled(std::set<app::Timer*>& all, app::Timer& timer) : all_(all), timer_(timer) { all_.insert(&timer_); }
  ~Enrolled() { all_.erase(&timer_); }
  Enrolled(const Enrolled&) = delete;
  Enrolled& operator=(const Enrolled&) = delete;

 private:
  std::set<app::Timer*>& all_;
  app::Timer& timer_;
};

}  // namespace

void Live::changed() {
  ++changes_;
  for (app::Timer* timer : timers_) timer->wake();
}

void Live::close() {
  closed_ = true;
  for (app::Timer* timer : timers_) timer->wake();
}

base::task<> Live::tell(http::BodyWriter& page, std::function<base::task<bool>()> allowed) {
  const std::unique_ptr<app::Timer> timer = clock_.make_timer();
  const Enrolled enrolled(timers_, *timer);
  std::uint64_t told = changes_;
  bool there = co_await page.write("retry: 3000\n\n");
  base::Monotonic told_at = clock_.monotonic();
  while (there && !closed_) {
    const base::Monotonic now = clock_.monotonic();
    const bool news = told != changes_;
    const base::Monotonic due = told_at + (news ? gap : heartbeat);
    if (now < due) {
      co_await timer->wait_until(due);
      continue;
    }
    const bool may = co_await allowed();
    if (!may) co_return;
    told = changes_;
    told_at = now;
    const std::string message = news ? "event: changed\ndata: " + std::to_string(told) + "\n\n" : ": \n\n";
    there = co_await page.write(message);
  }
}

}  // namespace sms_notifier::web
