#include "web/site/live.h"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "support/virtual_loop.h"

namespace sms_notifier::web {
namespace {

const base::Instant start{std::chrono::hours{24 * 20'000}};

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
  test_support::VirtualLoop loop(start);
  Live live(loop);
  OpenPage page;
  loop.spawn(live.tell(page, allowed));
  loop.run_for(std::chrono::seconds{1});
  live.changed();
  loop.run_for(std::chrono::seconds{1});
  EXPECT_EQ(page.told, "retry: 3000\n\nevent: changed\ndata: 1\n\n");
}

TEST(Live, MayBeGoneBeforeThePagesThatWait) {
  test_support::VirtualLoop loop(start);
  auto live = std::make_unique<Live>(loop);
  OpenPage page;
  loop.spawn(live->tell(page, allowed));
  loop.run_for(std::chrono::seconds{1});
  live->close();
  live.reset();
  loop.abandon();
  EXPECT_EQ(page.told, "retry: 3000\n\n");
}

}  // namespace
}  // namespace sms_notifier::web
