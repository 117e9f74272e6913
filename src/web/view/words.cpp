#include "web/view/words.h"

#include <algorithm>

#include <boost/json.hpp>

#include "base/overloaded.h"
#include "domain/text.h"
#include "web/view/embedded.h"

namespace sms_notifier::web {
namespace {

const std::string no_break_space = "\u00A0";

/// The decimal point as the language writes it.
std::string with_our_point(std::string number, Language language) {
  if (language == Language::French) std::replace(number.begin(), number.end(), '.', ',');
  return number;
}

}  // namespace

std::string_view code_of(Language language) {
  switch (language) {
    case Language::English:
      return "en";
    case Language::French:
      return "fr";
  }
  return "";
}

std::optional<Language> language_from_code(std::string_view code) {
  for (const Language language : languages)
    if (code_of(language) == code) return language;
  return std::nullopt;
}

Language preferred_language(std::string_view accept_language) {
  while (!accept_language.empty()) {
    const auto comma = accept_language.find(',');
    const std::string_view range = domain::trimmed(accept_language.substr(0, comma));
    if (const auto language =
            language_from_code(domain::lower_case(range.substr(0, range.find_first_of("-;")))))
      return *language;
    if (comma == std::string_view::npos) break;
    accept_language.remove_prefix(comma + 1);
  }
  return Language::English;
}

Words::Words(Language language) : language_(language) {
  if (language == Language::English) return;
  const EmbeddedFile& file = embedded_file("words/" + std::string(code_of(language)) + ".json");
  const boost::json::value catalog = boost::json::parse({file.content.data(), file.content.size()});
  for (const auto& [english, translated] : catalog.as_object())
    entries_.push_back({std::string(english), std::string(translated.as_string())});
  std::sort(entries_.begin(), entries_.end(),
            [](const Entry& a, const Entry& b) { return a.english < b.english; });
}

const Words::Entry* Words::find(std::string_view english) const {
  const auto found =
      std::lower_bound(entries_.begin(), entries_.end(), english,
                       [](const Entry& entry, std::string_view key) { return entry.english < key; });
  return found != entries_.end() && found->english == english ? &*found : nullptr;
}

std::string_view Words::translated(std::string_view english) const {
  const Entry* entry = find(english);
  return entry == nullptr ? english : entry->translated;
}

std::string Words::say(const domain::Sentence& sentence) const {
  if (!sentence.is_ours()) return sentence.text();
  const auto as_we_write_it = base::overloaded{
      [](const std::string& text) { return text; },
      [](std::int64_t number) { return std::to_string(number); },
      [this](const auto& value) { return say(value); },
  };
  return domain::put_values(translated(sentence.text()), sentence.values(), [&](const domain::Value& value) {
    return std::visit(as_we_write_it, value.kind);
  });
}

std::string Words::say(const domain::ClockTime& time) const {
  std::string text = in_english(time);
  if (language_ == Language::English) return text;
  text.replace(text.find(':'), 1, no_break_space + "h" + no_break_space);
  if (text.starts_with('0')) text.erase(0, 1);
  return text;
}

std::string Words::say(const domain::Seconds& seconds) const {
  return with_our_point(in_english(seconds), language_);
}

std::string Words::say(domain::Dollars dollars) const {
  std::string text = to_string(dollars);
  if (language_ == Language::English) return text;
  text.erase(text.find('$'), 1);
  return with_our_point(std::move(text), language_) + no_break_space + "$";
}

std::string Words::fill_in(std::string_view text) const {
  std::string filled;
  while (true) {
    const auto begin = text.find("[[");
    const auto end = begin == std::string_view::npos ? begin : text.find("]]", begin);
    if (end == std::string_view::npos) break;
    filled += text.substr(0, begin);
    filled += translated(text.substr(begin + 2, end - begin - 2));
    text.remove_prefix(end + 2);
  }
  filled += text;
  return filled;
}

const Words& words_of(Language language) {
  static const Words english(Language::English);
  static const Words french(Language::French);
  switch (language) {
    case Language::English:
      return english;
    case Language::French:
      return french;
  }
  return english;
}

}  // namespace sms_notifier::web
