// Every sentence that a page can show has its French. That the code says no other ones, the compiler sees to.

#include "web/view/words.h"

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "app/texts/orders.h"
#include "domain/decision.h"
#include "domain/profile_fields.h"
#include "domain/profile_state.h"
#include "domain/sentences.h"
#include "web/view/audit_words.h"
#include "web/view/embedded.h"

namespace sms_notifier::web {
namespace {

namespace fs = std::filesystem;
using domain::Sentence;

const Words& french() {
  return words_of(Language::French);
}
const Words& english() {
  return words_of(Language::English);
}

/// What is the same in both languages.
const std::set<std::string_view> same_in_french{"HTTP {}, {}", "Message",   "Pages",       "{} s",
                                                "{} min",      "{} h",      "{} h {} min", "{} ({})",
                                                "{} {}",       "session {}"};

std::string text_of(const fs::path& path) {
  std::ifstream stream(path);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

std::vector<std::string> words_of_the_templates() {
  const std::regex marked(R"(\[\[(.*?)\]\])");
  std::vector<std::string> found;
  for (const EmbeddedFile& file : embedded_files()) {
    if (!file.path.starts_with("templates/")) continue;
    const std::string text(file.content);
    for (std::sregex_iterator match(text.begin(), text.end(), marked), end; match != end; ++match)
      found.push_back((*match)[1]);
  }
  return found;
}

TEST(Words, HoldFrenchForEveryKeyWithEachOfItsValuesInBothLanguages) {
  ASSERT_GT(std::size(domain::sentences), 200U);
  for (const std::string_view key : domain::sentences) {
    std::vector<domain::Value> values;
    std::vector<std::string> marks;
    for (std::size_t n = 0; n < domain::places_in(key); ++n) {
      marks.push_back("<" + std::to_string(n) + ">");
      values.emplace_back(marks.back());
    }
    const Sentence sentence = Sentence::stored(std::string(key), values);
    for (const Words* words : {&english(), &french()}) {
      const std::string said = words->say(sentence);
      for (const std::string& mark : marks) EXPECT_NE(said.find(mark), std::string::npos) << said;
      EXPECT_EQ(said.find("{}"), std::string::npos) << said;
    }
    EXPECT_EQ(french().say(sentence) == english().say(sentence), same_in_french.contains(key)) << key;
  }
}

TEST(Words, HoldFrenchForEveryWordOfTheTemplates) {
  const std::vector<std::string> found = words_of_the_templates();
  EXPECT_GT(found.size(), 100U);
  for (const std::string& word : found) EXPECT_TRUE(domain::has_french(word)) << word;
}

/// What stands in quotation marks before `_key`.
std::set<std::string> keys_in(const std::string& source) {
  const std::string close = "\"_key";
  std::set<std::string> keys;
  for (auto end = source.find(close); end != std::string::npos; end = source.find(close, end + 1)) {
    auto begin = source.rfind('"', end - 1);
    while (source.at(begin - 1) == '\\') begin = source.rfind('"', begin - 1);
    keys.insert(std::regex_replace(source.substr(begin + 1, end - begin - 1), std::regex(R"(\\")"), "\""));
  }
  return keys;
}

TEST(Words, HoldNoFrenchForWhatIsNeverSaid) {
  const std::vector<std::string> templates = words_of_the_templates();
  std::set<std::string> said(templates.begin(), templates.end());
  const std::regex between_parts("\"\\s*\\n\\s*\"");
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(SOURCE_ROOT) / "src")) {
    if (entry.path().extension() != ".cpp") continue;
    said.merge(keys_in(std::regex_replace(text_of(entry.path()), between_parts, "")));
  }
  for (const std::string_view sentence : domain::sentences)
    EXPECT_TRUE(said.contains(std::string(sentence))) << sentence;
}

TEST(Words, SayASentenceWithItsValues) {
  const Sentence missed("Missed call from {} at {}: {}"_key, "a withheld number"_key,
                        domain::ClockTime{std::chrono::minutes{843}},
                        Sentence("no text, {}"_key, "the call was answered"_key));
  EXPECT_EQ(french().say(missed),
            "Appel manqué du numéro masqué à 14\u00A0h\u00A003 : pas de texto, on a répondu à l’appel");
  EXPECT_EQ(english().say(missed),
            "Missed call from a withheld number at 14:03: no text, the call was answered");
}

TEST(Words, WriteNumbersAndMoneyAsTheReaderDoes) {
  EXPECT_EQ(french().say(domain::Seconds{std::chrono::milliseconds{1250}}), "1,2");
  EXPECT_EQ(english().say(domain::Seconds{std::chrono::milliseconds{1250}}), "1.2");
  EXPECT_EQ(french().say(domain::Dollars{12'340'000}), "12,34\u00A0$");
  EXPECT_EQ(english().say(domain::Dollars{12'340'000}), "$12.34");
  EXPECT_EQ(french().say(domain::Dollars{-7'500}), "-0,0075\u00A0$");
}

TEST(Words, TakeWhatAStrangerSentAsOneValue) {
  std::string parts;
  for (int i = 0; i < 31'000; ++i) parts += " {} d";
  for (const std::string& sent : {parts, std::string(60'000, '{'), std::string(4000, ':')}) {
    const std::string said =
        french().say({"did \"{}\" is not a phone number: give its ten digits, such as 5551234567"_key, sent});
    EXPECT_TRUE(said.starts_with("« ")) << said;
    EXPECT_LE(said.size(), domain::value_bytes_max + 200);
  }
}

TEST(Words, CallTodaysLimitOfTextsTheSameWhereverItIsReached) {
  for (const Words* words : {&english(), &french()}) {
    const std::string limit = words->say(in_words(domain::SkipReason::CapReached));
    for (const domain::Key other :
         {in_words(domain::StateReason::CapReached), app::in_words(domain::OrderRefusal::CapReached)})
      EXPECT_NE(words->say(other).find(limit), std::string::npos) << words->say(other);
  }
}

TEST(Words, LeaveWhatOthersWroteAsItIs) {
  EXPECT_EQ(french().say(Sentence::as_written("text sent")), "text sent");
  EXPECT_EQ(french().say({"VoIP.ms refused the test text: {}"_key, "text sent"}),
            "VoIP.ms a refusé le texto d’essai : text sent")
      << "a value is not a sentence of ours, whatever it says";
}

TEST(Words, SayAKeyThatIsUnknownByNowInEnglish) {
  const Sentence old = Sentence::stored("An older version said {} at {}",
                                        {domain::Value("this"), domain::ClockTime{std::chrono::minutes{0}}});
  EXPECT_EQ(french().say(old), "An older version said this at 0\u00A0h\u00A000");
}

}  // namespace
}  // namespace sms_notifier::web
