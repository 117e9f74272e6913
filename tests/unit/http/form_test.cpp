#include "http/form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sms_notifier::http {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;
using testing::Pair;

constexpr const char* type = "multipart/form-data; boundary=frontier";

TEST(UrlDecode, UndoesPercentEncodingAndPlus) {
  EXPECT_EQ(url_decode("we+called%2C+back+%C3%A9t%c3%a9"), "we called, back été");
}

TEST(UrlDecode, LeavesABrokenEscapeAsItIs) {
  EXPECT_EQ(url_decode("100%"), "100%");
  EXPECT_EQ(url_decode("%zz%4"), "%zz%4");
}

TEST(UrlEncode, IsUndoneByUrlDecodeForEveryByte) {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  EXPECT_EQ(url_decode(url_encode(every_byte)), every_byte);
}

TEST(UrlEncode, KeepsUnreservedCharactersOnly) {
  EXPECT_EQ(url_encode("a-Z_0.~ &"), "a-Z_0.~%20%26");
}

TEST(ParseUrlencoded, KeepsNamesAndValuesInTheOrderSent) {
  EXPECT_THAT(
      parse_urlencoded("b=1&a=x%26y&b=2&flag&=nameless&&"),
      ElementsAre(Pair("b", "1"), Pair("a", "x&y"), Pair("b", "2"), Pair("flag", ""), Pair("", "nameless")));
}

TEST(ParseMultipart, ReadsValuesAsTheyAre) {
  const auto fields = parse_multipart(type,
                                      "--frontier\r\n"
                                      "Content-Disposition: form-data; name=\"message\"\r\n\r\n"
                                      "Two lines,\r\n100% + more\r\n"
                                      "--frontier\r\n"
                                      "content-disposition: form-data; name=empty\r\n"
                                      "Content-Type: text/plain\r\n\r\n"
                                      "\r\n"
                                      "--frontier--\r\n");
  EXPECT_THAT(fields, Optional(ElementsAre(Pair("message", "Two lines,\r\n100% + more"), Pair("empty", ""))));
}

TEST(ParseMultipart, SkipsAPreambleAndTakesAQuotedBoundary) {
  const auto fields =
      parse_multipart("Multipart/Form-Data; charset=utf-8; boundary=\"a b\"",
                      "for old mail programs\r\n"
                      "--a b  \r\n"
                      "Content-Disposition: form-data; filename=\"x;y.txt\"; name=\"q\\\"uote\"\r\n\r\n"
                      "value\r\n"
                      "--a b--");
  EXPECT_THAT(fields, Optional(ElementsAre(Pair("q\"uote", "value"))));
}

TEST(ParseMultipart, FormWithoutFieldsIsEmpty) {
  EXPECT_THAT(parse_multipart(type, "--frontier--\r\n"), Optional(testing::IsEmpty()));
}

class BrokenMultipart : public testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(BrokenMultipart, IsNoForm) {
  const auto& [content_type, body] = GetParam();
  EXPECT_EQ(parse_multipart(content_type, body), std::nullopt);
}

constexpr const char* whole = "--frontier\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--frontier--";
INSTANTIATE_TEST_SUITE_P(
    Bodies, BrokenMultipart,
    testing::Values(std::pair{"multipart/form-data", whole},
                    std::pair{"multipart/form-data; boundary=", whole},
                    std::pair{"multipart/form-data; boundary=\"frontier", whole},
                    std::pair{"application/x-www-form-urlencoded; boundary=frontier", whole},
                    std::pair{type, ""}, std::pair{type, "a=1"}, std::pair{type, "--frontier"},
                    std::pair{type, "--frontier\r\n"},
                    std::pair{type, "--frontier\r\nContent-Disposition: form-data; name=a\r\n\r\ncut off"},
                    std::pair{type, "--frontier\r\nContent-Type: text/plain\r\n\r\nno name\r\n--frontier--"},
                    std::pair{type, "--frontier\r\n\r\nno header\r\n--frontier--"}));

TEST(ParseMultipart, RefusesEndlessParts) {
  std::string body = "--frontier";
  for (int part = 0; part < 2000; ++part)
    body += "\r\nContent-Disposition: form-data; name=a\r\n\r\n1\r\n--frontier";
  EXPECT_EQ(parse_multipart(type, body + "--"), std::nullopt);
}

TEST(WriteMultipart, IsReadBackAsItWas) {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  const std::vector<std::pair<std::string, base::Secret>> fields{{"method", base::Secret("sendSMS")},
                                                                 {"empty", base::Secret("")},
                                                                 {"message", base::Secret(every_byte)},
                                                                 {"breaks", base::Secret("\r\n--\r\n")}};
  EXPECT_THAT(parse_multipart(type, write_multipart(fields, "frontier")),
              Optional(ElementsAre(Pair("method", "sendSMS"), Pair("empty", ""), Pair("message", every_byte),
                                   Pair("breaks", "\r\n--\r\n"))));
  EXPECT_THAT(parse_multipart(type, write_multipart({}, "frontier")), Optional(IsEmpty()));
}

TEST(WriteMultipart, RefusesANameThatEndsItsQuotes) {
  const std::vector<std::pair<std::string, base::Secret>> fields{{"a\"; name=\"b", base::Secret("")}};
  EXPECT_ANY_THROW(write_multipart(fields, "frontier"));
}

TEST(Field, GivesTheFirstOfThatName) {
  const Fields fields{{"a", "1"}, {"a", "2"}, {"empty", ""}};
  EXPECT_EQ(field(fields, "a"), "1");
  EXPECT_EQ(field(fields, "empty"), "");
  EXPECT_EQ(field(fields, "b"), std::nullopt);
}

}  // namespace
}  // namespace sms_notifier::http
