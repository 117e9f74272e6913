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

TEST(StorableText, IsUtf8WithoutControlCharacters) {
  const std::string r = "\xEF\xBF\xBD";
  EXPECT_EQ(storable("Zo\xc3\xab \xF0\x9F\x98\x80"), "Zo\xc3\xab \xF0\x9F\x98\x80");
  EXPECT_EQ(storable(std::string("a\0b\x7f\tc", 6)), "a" + r + "b" + r + r + "c");
  EXPECT_EQ(storable("\xc2\x85\xc2\xa0"), r + "\xc2\xa0");
  EXPECT_EQ(storable("Ren\xc3"), "Ren" + r);
  EXPECT_EQ(storable("\xf0\x9f\x98x"), r + "x");
  EXPECT_EQ(storable("\xe0\x80\xaf"), r + r + r);
  EXPECT_EQ(storable_lines("a\tb\r\nc\x1b"), "a\tb\r\nc" + r);
}

TEST(PlainWords, AreWhatAReaderHears) {
  EXPECT_EQ(plain_words("Don\xE2\x80\x99t  STO\xCC\x82P!"), (std::vector<std::string>{"dont", "stop"}));
  EXPECT_EQ(plain_words("\xC5\x92uvre \xC3\x80 c\xC3\xB4t\xC3\xA9"),
            (std::vector<std::string>{"oeuvre", "a", "cote"}));
  EXPECT_EQ(plain_words("\xF0\x9F\x98\x80\xff"), std::vector<std::string>{});
  EXPECT_EQ(plain_words("\xD1\x81"), std::vector<std::string>{"?"});
}

}  // namespace
}  // namespace sms_notifier::domain
