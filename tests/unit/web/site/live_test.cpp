#include "web/site/live.h"

#include <string>

#include <gtest/gtest.h>

#include "app/task_group.h"
#include "support/virtual_loop.h"

namespace sms_notifier::web {
namespace {

class OpenPage final : public http::BodyWriter {
 public:
  base::task<bool> write(std::string_view piece) override {
    told += piece;
    co_return true;
  }
  std::string told;
};

base::task<bool> allowed() {
  co_return true;
}

TEST(Live, TellsAnOpenPageThatSomethingChanged) {
  test_support::VirtualLoop loop;
  Live live(loop);
  OpenPage page;
  loop.spawn(live.tell(page, allowed));
  loop.run_for(std::chrono::seconds{1});
  live.changed();
  loop.run_for(std::chrono::seconds{1});
  EXPECT_EQ(page.told, "retry: 3000\n\nevent: changed\ndata: 1\n\n");
  live.close();
  loop.run_for(std::chrono::seconds{0});
}

TEST(Live, EndsWithEveryPageThatWaitsWhenItIsClosed) {
  test_support::VirtualLoop loop;
  Live live(loop);
  app::TaskGroup pages(loop, loop);
  OpenPage page;
  pages.spawn(live.tell(page, allowed));
  loop.run_for(std::chrono::seconds{1});
  EXPECT_EQ(pages.size(), 1U);
  live.close();
  loop.run_for(std::chrono::seconds{0});
  EXPECT_EQ(pages.size(), 0U);
  EXPECT_EQ(page.told, "retry: 3000\n\n");
}

}  // namespace
}  // namespace sms_notifier::web
