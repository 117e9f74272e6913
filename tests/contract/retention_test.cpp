// What old records lose, and what stays.
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

#include "all_values.h"
#include "domain/profile.h"
#include "store_under_test.h"

namespace sms_notifier::contract {
namespace {

using domain::ReplyEvent;
using domain::ReplyState;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test_support::run_task;

const base::Instant now{hours{500'000}};
const base::Instant long_ago = now - days{1000};
const domain::WallTime noon = *domain::parse_wall_time("2027-01-15 12:00:00");  // a Friday
const domain::Did did = *domain::Did::parse("5550100199");
const app::RetentionCuts cuts{now - days{760}, now - days{760}, now - days{760}};
constexpr int many = 1000;
const app::OrderLimits limits{now, now + minutes{15}, std::chrono::floor<days>(now), 100};

domain::PhoneNumber caller(int n = 0) {
  return *domain::PhoneNumber::parse("555" + std::to_string(1'000'000 + n));
}

app::AuditRow log_in(base::Instant at) {
  return {0, {at, {app::Actor::Kind::Person, "lea", {}, {}, {}}}, app::AuditAction::LoggedIn, {}, {}};
}

/// Puts calls and their texts into a store, behind its ports.
struct Business {
  storage::Store& ledger;
  app::Settings& settings;
  domain::AccountId account{};
  domain::ProfileId profile{};

  Business(storage::Store& ledger_of_store, app::Settings& settings_of_store)
      : ledger(ledger_of_store), settings(settings_of_store) {
    domain::ProfileRules rules{did};
    rules.message = "Sorry we missed you";
    const domain::CheckedProfile checked{"owner@clinic.example", rules};
    profile = *run_task(settings.add_profile(checked, base::Secret("password"), {now, {}}));
    run_task(settings.set_running(profile, true, {now, {}}));
    account = run_task(settings.accounts({}))[0].id;
  }

  app::RecordOutcome record(const std::string& key, int n, base::Instant at, domain::Decision decision = {}) {
    domain::Call call{{caller(n), "JAMIE SAMPLE"},
                      did,
                      {{key, at - seconds{20}, domain::Disposition::NoAnswer, seconds{0}}}};
    app::DecidedCall decided{std::move(call), profile, decision, at, std::nullopt};
    if (std::holds_alternative<domain::ReplyToCall>(decision))
      decided.terms = app::DecidedCall::ReplyTerms{domain::TextMessage{did, caller(n), "Sorry we missed you"},
                                                   at,
                                                   at + minutes{15},
                                                   hours{24},
                                                   std::nullopt,
                                                   std::chrono::floor<days>(at),
                                                   1'000'000};
    std::vector<app::DecidedCall> calls{std::move(decided)};
    return run_task(ledger.record(account, calls)).at(0);
  }
  app::OpenReply reserved(const std::string& key, int n, base::Instant at) {
    return *std::get<app::Recorded>(record(key, n, at)).reply;
  }
  int claim(const app::OpenReply& reply, base::Instant at) {
    return std::get<app::Claimed>(run_task(ledger.claim(reply.id, at, noon))).attempt;
  }
  ReplyState settle(const app::OpenReply& reply, int attempt, ReplyEvent event, base::Instant at) {
    const app::Settlement settlement{
        event, event == ReplyEvent::Accept ? "sms-1" : "", domain::Sentence::as_written("evidence"), {}};
    return run_task(ledger.settle(reply.id, attempt, settlement, at));
  }
  void texted(const std::string& key, int n, base::Instant at) {
    const app::OpenReply reply = reserved(key, n, at);
    settle(reply, claim(reply, at), ReplyEvent::Accept, at);
  }
  std::vector<app::CallRecord> calls() { return run_task(ledger.calls({})); }
};

class OldRecords : public StoreContract {
 protected:
  int prune_all(app::RetentionCuts until = cuts) {
    int pruned = 0;
    while (const int step = run_task(old_records().prune(until, many))) pruned += step;
    return pruned;
  }
  /// When the people of the audit trail logged in.
  std::vector<base::Instant> log_ins() {
    std::vector<base::Instant> all;
    for (const app::AuditRow& row : run_task(audit_trail().audit_rows({}, many)))
      if (row.action == app::AuditAction::LoggedIn) all.push_back(row.act.at);
    return all;
  }
  Business business{ledger(), settings()};
};

TEST_P(OldRecords, LoseNumberAndNameAndKeepTheirPlaceInEveryCount) {
  business.texted("old", 1, long_ago);
  const auto before = run_task(ledger().profile_tallies(base::Instant{}));
  EXPECT_GE(prune_all(), 1);
  const std::vector<app::CallRecord> calls = business.calls();
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(calls[0].call.caller, domain::CallerId{});
  EXPECT_TRUE(calls[0].erased);
  EXPECT_EQ(calls[0].call.did, did);
  EXPECT_EQ(calls[0].call.started_at(), long_ago - seconds{20});
  EXPECT_EQ(calls[0].reply->state, ReplyState::Sent);
  const auto after = run_task(ledger().profile_tallies(base::Instant{}));
  ASSERT_EQ(after.size(), 1U);
  EXPECT_EQ(after[0].calls, before[0].calls);
  EXPECT_EQ(after[0].missed, before[0].missed);
  EXPECT_EQ(after[0].texted, before[0].texted);
  EXPECT_EQ(run_task(ledger().tallies(std::nullopt, base::Instant{})).size(), 1U);
}

TEST_P(OldRecords, AreNotFoundByTheNumberThatTheyHad) {
  business.texted("old", 1, long_ago);
  prune_all();
  app::CallQuery query;
  query.caller = "5551000001";
  EXPECT_TRUE(run_task(ledger().calls(query)).empty());
}

TEST_P(OldRecords, AreDoneOnceAndThenLeftAlone) {
  business.texted("old", 1, long_ago);
  business.record("skipped", 2, long_ago, domain::Skip{domain::SkipReason::TooOld});
  EXPECT_GE(prune_all(), 2);
  EXPECT_EQ(prune_all(), 0);
}

TEST_P(OldRecords, GoInStepsOfTheGivenSize) {
  for (int n = 0; n < 5; ++n)
    business.record("k" + std::to_string(n), n, long_ago, domain::Skip{domain::SkipReason::TooOld});
  EXPECT_EQ(run_task(old_records().prune(cuts, 2)), 2);
  EXPECT_EQ(run_task(old_records().prune(cuts, 2)), 2);
  EXPECT_EQ(run_task(old_records().prune(cuts, 2)), 1);
  EXPECT_EQ(run_task(old_records().prune(cuts, 2)), 0);
}

TEST_P(OldRecords, LeaveWhatIsYoungerThanTheCutAsItWas) {
  business.texted("young", 1, *cuts.records + minutes{5});
  run_task(log_book().append(
      {{0, "owner@clinic.example", business.profile, *cuts.records, domain::Sentence::as_written("young")}}));
  run_task(audit_trail().note(log_in(*cuts.audit)));
  EXPECT_EQ(prune_all(), 0);
  EXPECT_EQ(business.calls().at(0).call.caller.number, caller(1));
  EXPECT_EQ(run_task(log_book().rows({})).size(), 1U);
  EXPECT_EQ(log_ins().size(), 1U);
}

TEST_P(OldRecords, AreKeptForEverWithoutACut) {
  business.texted("old", 1, long_ago);
  run_task(log_book().append(
      {{0, "owner@clinic.example", business.profile, long_ago, domain::Sentence::as_written("old")}}));
  run_task(audit_trail().note(log_in(long_ago)));
  EXPECT_EQ(prune_all({}), 0);
  EXPECT_EQ(business.calls().at(0).call.caller.number, caller(1));
}

TEST_P(OldRecords, OfTheLogAndOfTheAuditGoWhole) {
  const domain::ProfileId profile = business.profile;
  run_task(log_book().append(
      {{0, "owner@clinic.example", profile, long_ago, domain::Sentence::as_written("555-100-0001 called")},
       {0, "owner@clinic.example", profile, now, domain::Sentence::as_written("555-100-0002 called")}}));
  run_task(audit_trail().note(log_in(long_ago)));
  run_task(audit_trail().note(log_in(now)));
  EXPECT_EQ(prune_all(), 2);
  EXPECT_EQ(in_english(run_task(log_book().rows({})).at(0).what), "555-100-0002 called");
  EXPECT_EQ(log_ins(), std::vector<base::Instant>{now});
}

TEST_P(OldRecords, OfTheAuditHaveACutOfTheirOwn) {
  business.record("old", 1, long_ago, domain::Skip{domain::SkipReason::TooOld});
  run_task(audit_trail().note(log_in(long_ago)));
  EXPECT_EQ(prune_all({cuts.records, cuts.contacts, std::nullopt}), 1);
  EXPECT_EQ(log_ins().size(), 1U);
}

TEST_P(OldRecords, DoNotFreeACallerWhoOptedOut) {
  business.texted("old", 1, long_ago);
  run_task(ledger().note_words(business.account, {{caller(1), domain::StopWord::Stop, long_ago}}));
  run_task(ledger().block(caller(2)));
  prune_all();
  const auto known = run_task(ledger().histories(business.account, did, {}, {caller(1), caller(2)}));
  EXPECT_TRUE(known[0].opted_out);
  EXPECT_TRUE(known[1].blocked);
}

TEST_P(OldRecords, DoNotForgetACooldownThatStillRuns) {
  const base::Instant texted_at = *cuts.records + minutes{1};
  business.texted("young", 1, texted_at);
  app::RetentionCuts short_keeping = cuts;
  short_keeping.records = now;
  prune_all(short_keeping);
  const auto known = run_task(ledger().histories(business.account, did, {}, {caller(1)}));
  EXPECT_EQ(known[0].last_texted_at, texted_at);
}

TEST_P(OldRecords, AreLeftUntilTheirTextIsSettled) {
  const app::OpenReply reply = business.reserved("old", 1, long_ago);
  EXPECT_EQ(prune_all({cuts.records, std::nullopt, std::nullopt}), 0);
  const int attempt = business.claim(reply, long_ago);
  EXPECT_EQ(prune_all({cuts.records, std::nullopt, std::nullopt}), 0);
  EXPECT_EQ(run_task(ledger().open_replies({})).at(0).text.to, caller(1));
  EXPECT_EQ(business.settle(reply, attempt, ReplyEvent::Accept, long_ago), ReplyState::Sent);
  EXPECT_EQ(prune_all({cuts.records, std::nullopt, std::nullopt}), 1);
}

TEST_P(OldRecords, AClaimBetweenTwoStepsFindsItsReplyWhole) {
  for (int n = 0; n < 6; ++n) business.texted("old" + std::to_string(n), n, long_ago + minutes{n});
  const app::OpenReply reply = business.reserved("new", 10, now);
  run_task(old_records().prune(cuts, 2));
  const auto claim = run_task(ledger().claim(reply.id, now, noon));
  ASSERT_TRUE(std::holds_alternative<app::Claimed>(claim));
  run_task(old_records().prune(cuts, 2));
  EXPECT_EQ(std::get<app::Claimed>(claim).text.to, caller(10));
  EXPECT_EQ(business.settle(reply, 1, ReplyEvent::Accept, now), ReplyState::Sent);
  prune_all();
  const auto texts = run_task(ledger().claimed_texts(business.account, did, now - hours{1}));
  ASSERT_EQ(texts.size(), 1U);
  EXPECT_EQ(texts[0].text.to, caller(10));
}

TEST_P(OldRecords, ATextOrderedLatelyKeepsItsOldCallWhole) {
  const app::OpenReply reply = business.reserved("old", 1, long_ago);
  business.settle(reply, business.claim(reply, long_ago), ReplyEvent::LoseSight, long_ago);
  const app::Resolution given_up{ReplyEvent::GiveUp, "", domain::Sentence::as_written("evidence")};
  run_task(ledger().resolve(reply.id, given_up, long_ago));
  const auto ordered = run_task(ledger().order_text(*reply.call, limits, {now, {}}));
  const app::OpenReply again = std::get<app::Ordered>(ordered).reply;
  business.settle(again, business.claim(again, now), ReplyEvent::Accept, now);
  prune_all();
  EXPECT_EQ(business.calls().at(0).call.caller.number, caller(1));
  EXPECT_EQ(run_task(ledger().claimed_texts(business.account, did, now - hours{1})).at(0).text.to, caller(1));
}

TEST_P(OldRecords, AreNotTextedByOrderAnyMore) {
  const app::OpenReply reply = business.reserved("old", 1, long_ago);
  business.settle(reply, business.claim(reply, long_ago), ReplyEvent::LoseSight, long_ago);
  const app::Resolution given_up{ReplyEvent::GiveUp, "", domain::Sentence::as_written("evidence")};
  run_task(ledger().resolve(reply.id, given_up, long_ago));
  prune_all();
  const domain::CallId call(business.calls().at(0).id);
  const auto outcome = run_task(ledger().order_text(call, limits, {now, {}}));
  EXPECT_EQ(std::get<domain::OrderRefusal>(outcome), domain::OrderRefusal::NotOffered);
}

TEST_P(OldRecords, OfConversationsGoWhole) {
  const domain::Conversation old{"out-1", caller(1), false, long_ago, seconds{60}};
  const domain::Conversation young{"out-2", caller(2), false, now, seconds{60}};
  run_task(ledger().note_conversations(business.account, {old, young}));
  EXPECT_EQ(prune_all(), 1);
  const auto known = run_task(ledger().histories(business.account, did, {}, {caller(1), caller(2)}));
  EXPECT_FALSE(known[0].spoke_until);
  EXPECT_TRUE(known[1].spoke_until);
}

TEST_P(OldRecords, OfTestTextsLoseTheirWordsOnce) {
  const app::OrderLimits then{long_ago, long_ago + minutes{15}, std::chrono::floor<days>(long_ago), 100};
  const auto ordered = run_task(ledger().order_test_text(business.profile, caller(1), then, {now, {}}));
  const app::OpenReply test = std::get<app::Ordered>(ordered).reply;
  EXPECT_EQ(prune_all(), 0);
  business.settle(test, business.claim(test, long_ago), ReplyEvent::Accept, long_ago);
  EXPECT_EQ(prune_all(), 1);
  EXPECT_EQ(prune_all(), 0);
  EXPECT_EQ(run_task(ledger().test_text(test.id))->state, ReplyState::Sent);
}

TEST_P(OldRecords, DoNotStandInTheWayOfNewCallsOfTheSameCaller) {
  business.texted("old", 1, long_ago);
  prune_all();
  business.texted("new", 1, now);
  EXPECT_EQ(business.calls().size(), 2U);
  EXPECT_EQ(run_task(ledger().open_replies({})).size(), 0U);
}

SMS_NOTIFIER_ALL_STORES(OldRecords);

class OldRecordsInTheFile : public ::testing::Test {
 protected:
  std::string file() {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }
  void prune_all() {
    while (run_task(store->prune(cuts, many)) > 0) continue;
  }

  test_support::TempFolder folder;
  std::string path = folder.file("t.db");
  std::unique_ptr<app::Vault> vault = platform::make_vault(platform::make_vault_key());
  std::unique_ptr<storage::Store> store = storage::open_sqlite({path}, *vault);
  Business business{*store, *store};
};

TEST_F(OldRecordsInTheFile, NoColumnOfAnyTableHoldsTheCallersNumberNameOrText) {
  business.texted("2026-01-01 10:00:00|5551000001|5550100199|1", 1, long_ago);
  run_task(store->note_texts_elsewhere(business.account, did, {{caller(1), long_ago}}));
  run_task(store->append({{0, "owner@clinic.example", business.profile, long_ago,
                           domain::Sentence::as_written("5551000001 called")}}));
  run_task(store->note_conversations(business.account, {{"out-1", caller(1), false, long_ago, seconds{60}}}));
  const app::OrderLimits then{long_ago, long_ago + minutes{15}, std::chrono::floor<days>(long_ago), 100};
  const auto ordered = run_task(store->order_test_text(business.profile, caller(1), then, {long_ago, {}}));
  const app::OpenReply test = std::get<app::Ordered>(ordered).reply;
  business.settle(test, business.claim(test, long_ago), ReplyEvent::Refuse, long_ago);
  ASSERT_NE(test_support::all_values(path).find("5551000001"), std::string::npos);
  prune_all();
  const std::string values = test_support::all_values(path);
  EXPECT_EQ(values.find("5551000001"), std::string::npos) << values;
  EXPECT_EQ(values.find("JAMIE"), std::string::npos) << values;
  EXPECT_EQ(values.find("replies: 1|1|1|1|5550100199||Sorry"), std::string::npos) << values;
}

TEST_F(OldRecordsInTheFile, OnlyTheOptOutRegisterKeepsTheNumberOfACallerWhoOptedOut) {
  business.texted("old", 1, long_ago);
  run_task(store->note_words(business.account, {{caller(1), domain::StopWord::Stop, long_ago}}));
  prune_all();
  std::istringstream lines(test_support::all_values(path));
  for (std::string line; std::getline(lines, line);) {
    if (line.find("5551000001") != std::string::npos) {
      EXPECT_TRUE(line.starts_with("contacts: ")) << line;
    }
  }
}

TEST_F(OldRecordsInTheFile, TheirBytesAreGoneFromTheFileAsWell) {
  business.texted("old", 1, long_ago);
  run_task(store->append({{0, "owner@clinic.example", business.profile, long_ago,
                           domain::Sentence::as_written("ROBIN EXAMPLE called")}}));
  store.reset();
  ASSERT_NE(file().find("JAMIE SAMPLE"), std::string::npos);
  ASSERT_NE(file().find("ROBIN EXAMPLE"), std::string::npos);
  store = storage::open_sqlite({path}, *vault);
  prune_all();
  store.reset();
  EXPECT_EQ(file().find("JAMIE SAMPLE"), std::string::npos);
  EXPECT_EQ(file().find("5551000001"), std::string::npos);
  EXPECT_EQ(file().find("ROBIN EXAMPLE"), std::string::npos);
}

}  // namespace
}  // namespace sms_notifier::contract
