#include "web/view/words.h"

#include <algorithm>

#include <boost/json.hpp>

#include "domain/text.h"
#include "web/view/embedded.h"

namespace sms_notifier::web {
namespace {

constexpr std::string_view value_mark = "{}";
constexpr std::size_t retold_bytes_max = 8 * 1024;
constexpr int retold_depth_max = 5;

std::vector<std::string> split_at_values(std::string_view sentence) {
  std::vector<std::string> pieces;
  for (auto at = sentence.find(value_mark); at != std::string_view::npos; at = sentence.find(value_mark)) {
    pieces.emplace_back(sentence.substr(0, at));
    sentence.remove_prefix(at + value_mark.size());
  }
  pieces.emplace_back(sentence);
  return pieces;
}

/// What stands in the places of the values, when the sentence was made of these pieces.
std::optional<std::vector<std::string>> values_in(std::string_view sentence,
                                                  const std::vector<std::string>& pieces) {
  if (!sentence.starts_with(pieces.front()) || !sentence.ends_with(pieces.back())) return std::nullopt;
  sentence.remove_prefix(pieces.front().size());
  if (sentence.size() < pieces.back().size()) return std::nullopt;
  sentence.remove_suffix(pieces.back().size());
  std::vector<std::string> values;
  for (std::size_t i = 1; i + 1 < pieces.size(); ++i) {
    const auto at = sentence.find(pieces[i]);
    if (at == std::string_view::npos) return std::nullopt;
    values.emplace_back(sentence.substr(0, at));
    sentence.remove_prefix(at + pieces[i].size());
  }
  values.emplace_back(sentence);
  return values;
}

/// How many letters of the sentence are fixed: the most fixed pattern tells best what a sentence says.
std::size_t fixed_size(const std::vector<std::string>& pieces) {
  std::size_t size = 0;
  for (const std::string& piece : pieces) size += piece.size();
  return size;
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
    entries_.push_back({std::string(english), std::string(translated.as_string()), split_at_values(english)});
  std::sort(entries_.begin(), entries_.end(),
            [](const Entry& a, const Entry& b) { return a.english < b.english; });
  for (std::size_t i = 0; i < entries_.size(); ++i)
    if (entries_[i].pieces.size() > 1) with_values_.push_back(i);
  std::stable_sort(with_values_.begin(), with_values_.end(), [this](std::size_t a, std::size_t b) {
    return fixed_size(entries_[a].pieces) > fixed_size(entries_[b].pieces);
  });
}

const Words::Entry* Words::find(std::string_view english) const {
  const auto found =
      std::lower_bound(entries_.begin(), entries_.end(), english,
                       [](const Entry& entry, std::string_view key) { return entry.english < key; });
  return found != entries_.end() && found->english == english ? &*found : nullptr;
}

std::string Words::say(std::string_view english) const {
  const Entry* entry = find(english);
  return entry == nullptr ? std::string(english) : entry->translated;
}

std::string Words::retell(std::string_view english) const {
  if (language_ == Language::English || english.size() > retold_bytes_max) return std::string(english);
  return retell(english, retold_depth_max);
}

std::string Words::retell(std::string_view english, int depth_left) const {
  if (depth_left == 0) return std::string(english);
  if (const Entry* entry = find(english)) return entry->translated;
  for (const std::size_t index : with_values_) {
    const Entry& entry = entries_[index];
    auto values = values_in(english, entry.pieces);
    // A pattern of nothing but values would match everything, itself included.
    if (!values || fixed_size(entry.pieces) == 0) continue;
    for (std::string& value : *values) value = retell(value, depth_left - 1);
    return put_values(entry.translated, *values);
  }
  return std::string(english);
}

std::string Words::fill_in(std::string_view text) const {
  std::string filled;
  while (true) {
    const auto begin = text.find("[[");
    const auto end = begin == std::string_view::npos ? begin : text.find("]]", begin);
    if (end == std::string_view::npos) break;
    filled += text.substr(0, begin);
    filled += say(text.substr(begin + 2, end - begin - 2));
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

std::string put_values(std::string sentence, const std::vector<std::string>& values) {
  std::string told;
  std::size_t from = 0;
  for (const std::string& value : values) {
    const auto at = sentence.find(value_mark, from);
    if (at == std::string::npos) break;
    told.append(sentence, from, at - from).append(value);
    from = at + value_mark.size();
  }
  return told.append(sentence, from);
}

}  // namespace sms_notifier::web
