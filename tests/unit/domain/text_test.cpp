#include "domain/text.h"

#include <gtest/gtest.h>

namespace sms_notifier::domain {
namespace {

TEST(OneLine, LeavesPlainTextAlone) {
  EXPECT_EQ(one_line("There are no CDR entries", 100), "There are no CDR entries");
}

TEST(OneLine, RemovesWhatWouldStartANewLineOrColourATerminal) {
  EXPECT_EQ(one_line("\r\n a\tb\x1b[31m\x7f\xC2\x85z\n", 100), "a b [31m z");
}

TEST(OneLine, KeepsAccents) {
  EXPECT_EQ(one_line("désolé…", 100), "désolé…");
}

TEST(OneLine, CutsBetweenCharacters) {
  EXPECT_EQ(one_line("abcdef", 6), "abcdef");
  EXPECT_EQ(one_line("abcdefg", 6), "abcdef…");
  EXPECT_EQ(one_line("abcdeé", 6), "abcde…");
  EXPECT_EQ(one_line("é", 1), "…");
}

TEST(OneLine, OfNothingIsNothing) {
  EXPECT_EQ(one_line(" \n ", 10), "");
}

}  // namespace
}  // namespace sms_notifier::domain
