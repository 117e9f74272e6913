#include "domain/stop_word.h"

#include <algorithm>
#include <initializer_list>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "domain/reconcile.h"
#include "domain/text.h"

namespace sms_notifier::domain {
namespace {

using std::string_view;
using Words = std::vector<std::string>;
using Phrases = std::set<string_view>;

/// What may stand around a stop word without changing what it says.
const Phrases courtesies{
    "please",      "pls",       "plz",   "plse",   "kindly", "thank", "thanks", "thx",        "tks",
    "ty",          "you",       "u",     "so",     "very",   "much",  "now",    "asap",       "already",
    "hi",          "hey",       "hello", "ok",     "okay",   "sorry", "sir",    "madam",      "just",
    "immediately", "svp",       "stp",   "sil",    "vous",   "te",    "plait",  "merci",      "beaucoup",
    "bonjour",     "allo",      "salut", "desole", "tout",   "de",    "suite",  "maintenant", "immediatement",
    "word",        "everything"};

/// Words that say it wherever a text says nothing else.
const Phrases stop_phrases{
    "stop",          "stopp",           "stops",         "stopped",     "stopall",      "stop all",
    "stop sms",      "stop texts",      "text stop",     "reply stop",  "stop 2 end",   "stop to end",
    "stop2end",      "stop 2 stop",     "stop to stop",  "stop 2 quit", "stop to quit", "stop stop",
    "unsubscribe",   "unsubscribe all", "unsubscribed",  "unsub",       "cancel",       "cancel all",
    "end",           "end all",         "quit",          "revoke",      "revoke all",   "revoke consent",
    "optout",        "opt out",         "opt me out",    "opting out",  "opted out",    "remove",
    "remove me",     "arret",           "arrets",        "arrete",      "arreter",      "arretez",
    "arretez ca",    "cessez",          "cesser",        "annuler",     "annulez",      "quitter",
    "fin",           "retirer",         "retirez moi",   "desabonner",  "desabonne",    "desabonnez",
    "desabonnement", "desinscrire",     "desinscription"};

/// Those that say it even when a sentence of its own is all they are: "Stop. Who is this?"
const Phrases stop_sentences{"stop",    "stopall", "stop all",   "unsubscribe", "optout",
                             "opt out", "arretez", "desabonner", "desinscrire"};

const Phrases start_phrases{"start",       "unstop",      "restart",   "resume",    "opt in",
                            "optin",       "opt back in", "opt me in", "subscribe", "resubscribe",
                            "reprendre",   "reprenez",    "debut",     "debuter",   "recommencer",
                            "recommencez", "reabonner",   "abonner",   "start all"};

bool is_one_of(string_view word, std::initializer_list<string_view> words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

bool starts_like(string_view word, std::initializer_list<string_view> stems) {
  return std::any_of(stems.begin(), stems.end(), [&](string_view stem) { return word.starts_with(stem); });
}

std::string joined(const Words& words) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += ' ';
    text += word;
  }
  return text;
}

/// `S T O P` is one word, and the same word said again says no more.
Words condensed(Words words) {
  const bool spelled = words.size() > 2 && std::all_of(words.begin(), words.end(),
                                                       [](const auto& word) { return word.size() == 1; });
  if (spelled) {
    std::string word;
    for (const std::string& letter : words) word += letter;
    return {word};
  }
  std::erase_if(words, [](const std::string& word) { return courtesies.contains(word); });
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

bool says(string_view text, const Phrases& phrases) {
  return phrases.contains(joined(condensed(plain_words(text))));
}

bool has_sentence(string_view text, const Phrases& phrases) {
  while (!text.empty()) {
    const auto end = std::min(text.find_first_of(".,;:!?\n\r"), text.size());
    if (says(text.substr(0, end), phrases)) return true;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return false;
}

bool is_negation(string_view word) {
  return is_one_of(word,
                   {"dont", "not", "never", "cant", "cannot", "wont", "didnt", "doesnt", "pas", "jamais"});
}

/// Writing to each other, as verbs and as nouns, in both languages.
bool is_contact(string_view word) {
  return starts_like(word, {"text", "messag", "sms", "txt", "contact", "spam", "ecri", "mecri", "envoy",
                            "menvoy", "mtext", "mcontact"}) ||
         is_one_of(word, {"msg", "msgs", "send", "sending", "writing", "calling", "bothering", "harassing"});
}

/// A word that may stand between "stop" and what is to stop.
bool is_filler(string_view word) {
  return is_one_of(
      word,
      {"the",       "these",   "those",    "your", "all",  "any",       "more", "further", "with", "of",
       "de",        "d",       "du",       "des",  "les",  "ces",       "vos",  "tous",    "me",   "m",
       "moi",       "from",    "to",       "us",   "auto", "automated", "my",   "this",    "it",   "getting",
       "receiving", "receive", "recevoir", "get",  "plus", "please",    "avec"});
}

/// Whether what is to stop follows: "(stop) sending me these texts".
bool contact_follows(const Words& words, std::size_t next) {
  while (next < words.size() && is_filler(words[next])) ++next;
  return next < words.size() && is_contact(words[next]);
}

bool negated(const Words& words, std::size_t place) {
  return (place > 0 && is_negation(words[place - 1])) || (place > 1 && is_negation(words[place - 2]));
}

/// "Stop texting me", "cessez de m'écrire", "no more texts", "I want to unsubscribe".
bool asks_in_a_sentence(const Words& words) {
  for (std::size_t i = 0; i < words.size(); ++i) {
    const string_view word = words[i];
    const string_view next = i + 1 < words.size() ? string_view(words[i + 1]) : string_view();
    const string_view before = i > 0 ? string_view(words[i - 1]) : string_view();
    if (is_one_of(word, {"stop", "quit", "cease", "arretez", "arrete", "arreter", "cessez", "cesser"}) &&
        !negated(words, i) && contact_follows(words, i + 1))
      return true;
    const bool leaves = starts_like(word, {"unsubscrib", "desabonn", "desinscri"}) ||
                        is_one_of(word, {"optout", "stopall"}) || (word == "opt" && next == "out");
    if (leaves && !negated(words, i)) return true;
    if (is_one_of(word, {"remove", "delete", "lose", "retirez", "enlevez"}) && !negated(words, i) &&
        (next == "me" || next == "moi" ||
         (is_one_of(next, {"my", "mon", "this"}) && i + 2 < words.size() &&
          is_one_of(words[i + 2], {"number", "numero"}))))
      return true;
    if (word == "take" && next == "me" && i + 2 < words.size() && words[i + 2] == "off") return true;
    if (word == "leave" && next == "me" && i + 2 < words.size() && words[i + 2] == "alone") return true;

    // "Don't text me", "do not contact me", but not "I don't text".
    const bool forbids = word == "dont" || word == "never" || (word == "not" && before == "do");
    const std::size_t subject = word == "not" ? i - 1 : i;
    const bool has_subject = subject > 0 && is_one_of(words[subject - 1], {"i", "we", "they", "you", "why",
                                                                           "he", "she", "to", "who"});
    if (forbids && !has_subject &&
        (contact_follows(words, i + 1) ||
         (is_one_of(next, {"ever", "you", "u"}) && contact_follows(words, i + 2))))
      return true;
    // "I don't want your texts", "je ne veux plus de textos".
    const bool unwilling =
        (is_one_of(word, {"want", "wish", "need", "like", "wanna"}) && negated(words, i)) ||
        (is_one_of(word, {"pas", "plus"}) &&
         is_one_of(before, {"veux", "veut", "souhaite", "desire", "voudrais"}));
    if (unwilling && contact_follows(words, i + 1)) return true;
    // "No more texts", "plus de textos", "ne m'écrivez plus".
    if (word == "no" && i == 0 && contact_follows(words, i + 1)) return true;
    if (is_one_of(word, {"plus", "pas", "aucun", "fini"}) && i == 0 && contact_follows(words, i + 1))
      return true;
    if (word == "ne" && !is_one_of(before, {"je", "il", "elle", "on"}) && contact_follows(words, i + 1))
      return true;
  }
  return false;
}

}  // namespace

std::optional<StopWord> stop_word(string_view body) {
  const std::string text = normalised_body(body);
  if (says(text, stop_phrases)) return StopWord::Stop;
  if (says(text, start_phrases)) return StopWord::Start;
  if (has_sentence(text, stop_sentences) || asks_in_a_sentence(plain_words(text))) return StopWord::Stop;
  return std::nullopt;
}

}  // namespace sms_notifier::domain
