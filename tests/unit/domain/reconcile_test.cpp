#include "domain/reconcile.h"

#include <gtest/gtest.h>

#include "unit/domain/samples.h"

namespace sms_notifier::domain {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const base::Instant sending_at{std::chrono::hours{500'000}};
const TextMessage text{did, caller, "Sorry we missed you, it's \"us\" & co."};
const ReconcileWaits usual{seconds{240}, seconds{30}};

SentText row(std::string id, base::Instant at, std::string body) {
  return {std::move(id), at, did, caller, std::move(body)};
}

TEST(Match, IsFoundHoweverTheProviderEchoesTheBody) {
  for (const char* echo :
       {"Sorry we missed you, it's \"us\" & co.", "Sorry+we+missed+you%2C+it%27s+%22us%22+%26+co.",
        "Sorry we missed you, it\\'s \\\"us\\\" & co.",
        "Sorry we missed you, it&#039;s &quot;us&quot; &amp; co.",
        "Sorry we missed you,\r\n it's \"us\" & co. "}) {
    const std::vector<SentText> listed{row("7", sending_at, echo)};
    EXPECT_TRUE(find_match(text, sending_at, listed, {})) << echo;
  }
}

TEST(Wording, IsTheSameWhereTheProviderWritesPlainAscii) {
  EXPECT_TRUE(same_wording("Désolé — on vous rappelle à 14 h…", "Desole - on vous rappelle a 14 h..."));
  EXPECT_TRUE(same_wording("Sorry we missed you, it’s “us”", "Sorry we missed you, it's \"us\""));
  EXPECT_TRUE(same_wording("  Back\r\nsoon ", "Back soon"));
}

TEST(Wording, IsTheSameWhereTheProviderCutsTheEnd) {
  EXPECT_TRUE(same_wording("Sorry we missed your call. Back at one.", "Sorry we missed your call. Ba"));
  EXPECT_TRUE(same_wording("Sorry we missed your call. Back at one.", "Sorry we missed your call…"));
  EXPECT_FALSE(same_wording("Sorry we missed your call. Back at one.", "Sorry!")) << "may be a person's";
}

TEST(Wording, OfAPersonWhoTextsByHandIsAnother) {
  EXPECT_FALSE(
      same_wording("Sorry we missed your call.", "Sorry we missed your call. Anna here, I am free."));
  EXPECT_FALSE(same_wording("Sorry we missed your call.", "We missed your call, sorry."));
  EXPECT_FALSE(same_wording("Sorry we missed your call.", ""));
  EXPECT_FALSE(same_wording("...", "!!!")) << "no letters tell them apart";
}

TEST(Wording, InAnotherAlphabetIsToldByItsLetters) {
  EXPECT_TRUE(same_wording("Мы перезвоним вам через час", "Мы перезвоним вам через час"));
  EXPECT_FALSE(same_wording("Мы перезвоним вам через час", "Вы перезвонте нам скорее все"));
  EXPECT_FALSE(same_wording("Мы перезвоним", "?? ??????????"));
}

TEST(Match, WithAnotherWordingIsOnlyASuspect) {
  const std::vector<SentText> listed{row("7", sending_at, "something else"), row("8", sending_at, text.body)};
  EXPECT_EQ(find_match(text, sending_at, listed, {})->provider_id, "8");
  const auto by_hand = std::span(listed).first(1);
  EXPECT_FALSE(find_match(text, sending_at, by_hand, {}));
  ASSERT_TRUE(find_suspect(text, sending_at, by_hand, {}));
  EXPECT_EQ(find_suspect(text, sending_at, by_hand, {})->provider_id, "7");
}

TEST(ASuspect, IsAnyTextToTheCallerSinceTheIntentAndOursAtAnyTime) {
  const auto suspected = [](const SentText& listed) {
    return find_suspect(text, sending_at, std::span(&listed, 1), {}) != nullptr;
  };
  EXPECT_TRUE(suspected(row("7", sending_at + std::chrono::hours{5}, "something else")));
  EXPECT_TRUE(suspected(row("7", sending_at - minutes{119}, "something else"))) << "the clocks may differ";
  EXPECT_FALSE(suspected(row("7", sending_at - minutes{121}, "something else")));
  EXPECT_TRUE(suspected(row("7", sending_at - std::chrono::hours{20}, text.body)));
  EXPECT_TRUE(suspected(row("", sending_at, "something else"))) << "a row need not have an id";
}

TEST(Match, NeedsTheSameNumbersAndATimeNearTheIntent) {
  SentText other_caller = row("7", sending_at, text.body);
  other_caller.to = PhoneNumber::parse("5559876543");
  SentText other_did = row("7", sending_at, text.body);
  other_did.from = *Did::parse("5550100100");
  for (const SentText& wrong : {other_caller, other_did, row("7", sending_at - minutes{3}, text.body),
                                row("7", sending_at + minutes{31}, text.body)}) {
    const std::vector<SentText> listed{wrong};
    EXPECT_FALSE(find_match(text, sending_at, listed, {}));
  }
  const std::vector<SentText> late{row("7", sending_at + minutes{30}, text.body)};
  EXPECT_TRUE(find_match(text, sending_at, late, {}));
}

TEST(Match, IsNeverAnotherRepliesText) {
  const std::vector<SentText> listed{row("7", sending_at, text.body)};
  const std::vector<std::string> known{"7"};
  EXPECT_FALSE(find_match(text, sending_at, listed, known));
}

TEST(Absence, IsProvedOnlyWhenEveryConditionHolds) {
  const AbsenceEvidence enough{seconds{240}, seconds{240}, 2, seconds{30}, true, true};
  EXPECT_TRUE(proves_absence(enough, usual));
  auto lacking = enough;
  lacking.since_taken = seconds{239};
  EXPECT_FALSE(proves_absence(lacking, usual));
  lacking = enough;
  lacking.clocks_agree = false;
  EXPECT_FALSE(proves_absence(lacking, usual));
  lacking = enough;
  lacking.since_taken_own = seconds{239};
  EXPECT_FALSE(proves_absence(lacking, usual));
  lacking = enough;
  lacking.looks = 1;
  EXPECT_FALSE(proves_absence(lacking, usual));
  lacking = enough;
  lacking.between_looks = seconds{29};
  EXPECT_FALSE(proves_absence(lacking, usual));
  lacking = enough;
  lacking.control_seen = false;
  EXPECT_FALSE(proves_absence(lacking, usual));
}

/// When looks that never find anything prove that the text is absent, and how many they were.
std::pair<base::Duration, int> proof_of_absence(const ReconcileWaits& waits) {
  for (int n = 0; n < 100; ++n) {
    const base::Duration now = look_delay(n, waits);
    if (proves_absence({now, now, n + 1, now - look_delay(0, waits), true, true}, waits)) return {now, n + 1};
  }
  return {};
}

TEST(Looks, ProveAbsenceWithTheFirstOneThatMay) {
  EXPECT_EQ(proof_of_absence(usual), std::pair(base::Duration(seconds{240}), 6));
  const auto patient = proof_of_absence({seconds{2400}, seconds{300}});
  EXPECT_EQ(patient, std::pair(base::Duration(seconds{2400}), 6)) << "as many looks, ten times as late";
}

TEST(Looks, ComeEarlyEnoughForATextThatIsListedAtOnceAndNeverInABurst) {
  EXPECT_LE(look_delay(0, usual), seconds{10});
  for (int n = 0; n < 20; ++n)
    EXPECT_GE(look_delay(n + 1, usual) - look_delay(n, usual), seconds{10}) << "after look " << n;
}

const base::Instant hour_later = sending_at + minutes{60};

ClaimedText claimed(std::string provider_id, ReplyState state = ReplyState::Sent,
                    base::Instant at = sending_at) {
  return {ReplyId(1), 1, text, MessageKind::Sms, state, std::move(provider_id), at};
}
CrossCheck checked(std::vector<SentText> listed, std::vector<ClaimedText> texts) {
  return cross_check(listed, texts, {sending_at - minutes{60}, hour_later - usual.negative_wait});
}

TEST(TheCrossCheck, ExplainsWhatIsKnownBySentIds) {
  const CrossCheck result = checked({row("7", sending_at, text.body)}, {claimed("7")});
  EXPECT_TRUE(result.elsewhere.empty());
  EXPECT_EQ(result.known, 1U);
  EXPECT_EQ(result.missing.size(), 0U);
}

TEST(TheCrossCheck, FindsWhatDidNotComeFromHere) {
  const CrossCheck result =
      checked({row("7", sending_at, text.body), row("8", sending_at, text.body)}, {claimed("7")});
  ASSERT_EQ(result.elsewhere.size(), 1U);
  EXPECT_EQ(result.elsewhere[0].provider_id, "8");
}

TEST(ARow, HasNoOwnerWhenItsIdIsUnknownOrThatOfATextBetweenOtherNumbers) {
  SentText to_another = row("7", sending_at, text.body);
  to_another.to = *PhoneNumber::parse("5559990000");
  SentText from_another = row("7", sending_at, text.body);
  from_another.from = *Did::parse("5559990001");
  SentText without_numbers = row("7", sending_at, "other words");
  without_numbers.from.reset();
  without_numbers.to.reset();
  const std::vector<ClaimedText> texts{claimed("7"), claimed("", ReplyState::Unknown)};
  const auto has_owner = [&](const SentText& listed) {
    return without_owner(std::vector{listed}, texts).empty();
  };
  EXPECT_TRUE(has_owner(row("7", sending_at, "other words")));
  EXPECT_TRUE(has_owner(without_numbers)) << "nothing speaks against it";
  EXPECT_TRUE(has_owner(row("", sending_at, text.body))) << "no answer can have its id";
  EXPECT_FALSE(has_owner(row("8", sending_at, text.body)));
  EXPECT_FALSE(has_owner(to_another));
  EXPECT_FALSE(has_owner(from_another));
}

TEST(TheCrossCheck, LetsATextOfUnknownEndExplainOneRow) {
  for (const ReplyState state : {ReplyState::Sending, ReplyState::Unknown}) {
    const CrossCheck result =
        checked({row("7", sending_at, text.body), row("8", sending_at, text.body)}, {claimed("", state)});
    EXPECT_EQ(result.elsewhere.size(), 1U);
  }
}

TEST(TheCrossCheck, SeesTextsWithoutAKnownEnd) {
  for (const ReplyState state : {ReplyState::Uncertain, ReplyState::Unknown, ReplyState::Reserved}) {
    const CrossCheck result = checked({row("7", sending_at, text.body)}, {claimed("", state)});
    ASSERT_EQ(result.seen.size(), 1U) << to_code(state);
    EXPECT_TRUE(result.seen[0].certain);
    EXPECT_EQ(result.seen[0].row.provider_id, "7");
  }
}

TEST(TheCrossCheck, TakesAnotherWordingForOursOnlyPerhaps) {
  for (const ReplyState state : {ReplyState::Unknown, ReplyState::Reserved}) {
    const CrossCheck result = checked({row("7", hour_later, "other words")}, {claimed("", state)});
    ASSERT_EQ(result.seen.size(), 1U) << to_code(state);
    EXPECT_FALSE(result.seen[0].certain);
    EXPECT_TRUE(result.elsewhere.empty()) << "it may be ours";
  }
  EXPECT_TRUE(
      checked({row("7", sending_at, "other words")}, {claimed("", ReplyState::Uncertain)}).seen.empty());
}

TEST(TheCrossCheck, ATextLongAfterAnUncertainOneCameFromElsewhereInWhateverWords) {
  for (const std::string& words : {std::string("other words"), text.body}) {
    const CrossCheck result = checked({row("7", hour_later, words)}, {claimed("", ReplyState::Uncertain)});
    EXPECT_EQ(result.elsewhere.size(), 1U) << words;
  }
}

TEST(TheCrossCheck, ATextByHandBesideOneThatIsKnownCameFromElsewhere) {
  const CrossCheck result = checked({row("7", sending_at, "other words")}, {claimed("8")});
  EXPECT_EQ(result.elsewhere.size(), 1U);
}

TEST(TheCrossCheck, GivesARowToTheTextThatItIsBeforeThoseThatItMayBe) {
  ClaimedText other = claimed("", ReplyState::Unknown);
  other.reply = ReplyId(2);
  other.text.body = "We will call you back within the hour";
  const CrossCheck result =
      checked({row("7", sending_at, text.body)}, {other, claimed("", ReplyState::Uncertain)});
  ASSERT_EQ(result.seen.size(), 1U);
  EXPECT_EQ(result.seen[0].text.reply, ReplyId(1));
}

TEST(TheCrossCheck, MissesOnlyWhatTheListShouldShowByNow) {
  EXPECT_EQ(checked({}, {claimed("7")}).missing.size(), 1U);
  EXPECT_EQ(checked({}, {claimed("7", ReplyState::Sent, hour_later - minutes{3})}).known, 0U);
  EXPECT_EQ(checked({}, {claimed("", ReplyState::Unknown)}).known, 0U);
}

TEST(TheCrossCheck, TakesARowWithAnotherIdForOurTextWhenOursIsNotListed) {
  const CrossCheck result = checked({row("7", sending_at, text.body)}, {claimed("8")});
  EXPECT_TRUE(result.elsewhere.empty());
  EXPECT_EQ(result.missing.size(), 0U);
}

TEST(TheCrossCheck, ReliesOnAListThatShowsHalfOfWhatItShould) {
  EXPECT_TRUE(can_be_relied_on(checked({}, {})));
  EXPECT_FALSE(can_be_relied_on(checked({}, {claimed("7")})));
  EXPECT_TRUE(can_be_relied_on(checked({row("7", sending_at, "")}, {claimed("7"), claimed("8")})));
  EXPECT_FALSE(
      can_be_relied_on(checked({row("7", sending_at, "")}, {claimed("7"), claimed("8"), claimed("9")})));
}

}  // namespace
}  // namespace sms_notifier::domain
