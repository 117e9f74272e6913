#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sms_notifier::web {

enum class Language { English, French };
inline constexpr Language languages[] = {Language::English, Language::French};

/// `en`, `fr`.
std::string_view code_of(Language language);
std::optional<Language> language_from_code(std::string_view code);
/// The first one that we speak of what a browser says it likes (`fr-CA,fr;q=0.9,en;q=0.8`); English when it
/// says nothing that helps.
Language preferred_language(std::string_view accept_language);

/// The words of one language. English is what stands in the code and the templates; the others are looked up
/// in `web/words/<code>.json`, by the English.
class Words {
 public:
  explicit Words(Language language);

  Language language() const { return language_; }
  /// The sentence, with `{}` where values stand, in this language. English when it has no translation.
  std::string say(std::string_view english) const;
  /// A sentence that was made elsewhere, values and all: `Missed call from 555-123-4567 at 14:03: text sent`.
  /// The values are translated in their turn, as deep as our own sentences are put into one another. What is
  /// longer than any of them stays as it is: it may be anything that a stranger sent.
  std::string retell(std::string_view english) const;
  /// `text` with every `[[English]]` in it translated: for templates.
  std::string fill_in(std::string_view text) const;

 private:
  struct Entry {
    std::string english;
    std::string translated;
    std::vector<std::string> pieces;  ///< of the English, between its values
  };
  const Entry* find(std::string_view english) const;
  std::string retell(std::string_view english, int depth_left) const;

  Language language_;
  std::vector<Entry> entries_;  ///< by their English
  std::vector<std::size_t> with_values_;
};

/// The words of a language, made once.
const Words& words_of(Language language);

/// The sentence with its values in the places of `{}`.
template <class... Values>
std::string tell(const Words& words, std::string_view english, const Values&... values);
std::string put_values(std::string sentence, const std::vector<std::string>& values);

template <class... Values>
std::string tell(const Words& words, std::string_view english, const Values&... values) {
  return put_values(words.say(english), {std::string(values)...});
}

}  // namespace sms_notifier::web
