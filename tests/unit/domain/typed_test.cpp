#include "domain/typed.h"

#include <gtest/gtest.h>

namespace sms_notifier::domain {
namespace {

TEST(TypedNumber, IsReadThroughWhatAPasteBringsAlong) {
  for (const char* pasted : {"\u202D555-123-4567\u202C",
                             "555\u00A0123\u00A04567",
                             "555\u202F123\u202F4567",
                             "5\u200B551234567",
                             "\uFEFF5551234567",
                             "\u2066+1 (555) 123-4567\u2069",
                             "555\u2011123\u20114567",
                             "555–123–4567",
                             "555\u2212123\u22124567",
                             "\uFF15\uFF15\uFF15\uFF11\uFF12\uFF13\uFF14\uFF15\uFF16\uFF17",
                             "\uFF0B\uFF11 \uFF08555\uFF09 123\uFF0D4567",
                             "555\u3000123\u20094567",
                             "555\u00AD1234567",
                             "tel:+1-555-123-4567",
                             "TEL:5551234567",
                             "Tel: 555-123-4567\r\n",
                             "sms:+15551234567",
                             "callto:5551234567",
                             "(+1) 555-123-4567",
                             "\u200E +1 555 123 4567 \u200E",
                             " \u00A05551234567\u00A0 "}) {
    const auto number = typed_number(pasted);
    ASSERT_TRUE(number) << pasted;
    EXPECT_EQ(number->digits(), "5551234567") << pasted;
    EXPECT_EQ(typed_did(pasted), Did(*number)) << pasted;
  }
}

TEST(TypedNumber, IsNoneWhereItIsNone) {
  for (const char* typed :
       {"", "tel:", "\u202D\u202C", "555-123-456x", "tel:+442071838750", "+5551234567", "5551234567 ext. 12",
        "5551234567\u00A05557654321", "mailto:5551234567", "555123456\xEF\xBC", "\u0665\u0665\u0665"})
    EXPECT_FALSE(typed_number(typed)) << typed;
}

TEST(TypedText, KeepsWhatCanBeSeen) {
  EXPECT_EQ(as_typed("Café “Zoë” 日本 😀"), "Café “Zoë” 日本 😀");
  EXPECT_EQ(as_typed("caf\xE9\xF0\x9F"), "caf\xE9\xF0\x9F");
  EXPECT_EQ(as_typed(std::string_view("a\0b", 3)), std::string_view("a\0b", 3));
}

}  // namespace
}  // namespace sms_notifier::domain
