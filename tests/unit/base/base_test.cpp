#include <sstream>
#include <stdexcept>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include "base/both.h"
#include "base/ensure.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/strong.h"

namespace sms_notifier::base {
namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};

TEST(Secret, CannotBePrintedOrComparedByAccident) {
  static_assert(!Printable<Secret>);
  static_assert(!std::equality_comparable<Secret>);
  EXPECT_EQ(Secret("hush").reveal(), "hush");
}

TEST(Strong, ValuesOfDifferentKindsDoNotMix) {
  using Apples = Strong<struct ApplesTag, int>;
  using Pears = Strong<struct PearsTag, int>;
  static_assert(!std::is_convertible_v<Apples, Pears>);
  static_assert(!std::is_convertible_v<int, Apples>);
  EXPECT_LT(Apples(1), Apples(2));
}

task<int> fails() {
  throw std::runtime_error("the first");
  co_return 0;
}
task<int> takes_a_while(bool& ended) {
  for (int turns = 0; turns < 3; ++turns)
    co_await boost::asio::post(co_await boost::asio::this_coro::executor, boost::asio::use_awaitable);
  ended = true;
  co_return 7;
}

TEST(Both, AreRunToTheirEndsAlsoWhenOneFails) {
  boost::asio::io_context loop;
  bool ended = false;
  std::exception_ptr failure;
  boost::asio::co_spawn(loop, both(fails(), takes_a_while(ended)),
                        [&](const std::exception_ptr& thrown, const auto&...) { failure = thrown; });
  loop.run();
  EXPECT_TRUE(ended);
  EXPECT_THROW(std::rethrow_exception(failure), std::runtime_error);
}

TEST(Result, HoldsAValueOrAReason) {
  const Result<int> good = 7;
  const Result<int> bad = Error{"no"};
  EXPECT_TRUE(good);
  EXPECT_EQ(*good, 7);
  EXPECT_FALSE(bad);
  EXPECT_EQ(bad.error().message, "no");
  EXPECT_THROW(bad.value(), BrokenInvariant);
  EXPECT_THROW(good.error(), BrokenInvariant);
}

TEST(Ensure, NamesThePlace) {
  EXPECT_NO_THROW(ensure(true, "fine"));
  try {
    ensure(false, "water is wet");
    FAIL();
  } catch (const BrokenInvariant& broken) {
    EXPECT_NE(std::string(broken.what()).find("base_test.cpp"), std::string::npos);
    EXPECT_NE(std::string(broken.what()).find("water is wet"), std::string::npos);
  }
}

}  // namespace
}  // namespace sms_notifier::base
