#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/sentence.h"

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
/// in `web/words/<code>.json`, by the English: the keys of sentences.
class Words {
 public:
  explicit Words(Language language);

  Language language() const { return language_; }
  /// The sentence with its values, as this language writes them. A key that is unknown, as an older version
  /// may have stored it, is said in English; what was written elsewhere stays as it is.
  std::string say(const domain::Sentence& sentence) const;
  /// `14:03`, `14 h 03`
  std::string say(const domain::ClockTime& time) const;
  /// `0.4`, `0,4`
  std::string say(const domain::Seconds& seconds) const;
  /// `$12.34`, `12,34 $`
  std::string say(domain::Dollars dollars) const;
  /// `text` with every `[[English]]` in it translated: for templates. English when it has no translation.
  std::string fill_in(std::string_view text) const;

 private:
  struct Entry {
    std::string english;
    std::string translated;
  };
  const Entry* find(std::string_view english) const;
  std::string_view translated(std::string_view english) const;

  Language language_;
  std::vector<Entry> entries_;  ///< by their English
};

/// The words of a language, made once.
const Words& words_of(Language language);

}  // namespace sms_notifier::web
