#include <gtest/gtest.h>

#include "domain/sentences.h"
#include "store_under_test.h"

namespace sms_notifier::contract {
namespace {

/// With a value in every field.
domain::CheckedProfile full_profile(const std::string& email = "owner@clinic.example",
                                    const char* did = "5550100199") {
  domain::ProfileRules rules{*domain::Did::parse(did)};
  rules.message = "Désolé — we missed \"you\"; 'call' again; -- :name";
  rules.limit_to_one_did = true;
  rules.call_duration = std::chrono::seconds{12};
  rules.wait_before_texting = std::chrono::seconds{20};
  rules.cooldown = hours{48};
  rules.history_size = 20;
  rules.hours = domain::OpeningHours::parse("mon-fri 09:00-17:00");
  rules.dry_run = true;
  return {email, rules};
}

class SettingsContract : public StoreContract {
 protected:
  domain::ProfileId added(const domain::CheckedProfile& checked = full_profile()) {
    return *run_task(settings().add_profile(checked, base::Secret("api password"), {}));
  }
  std::vector<app::LogRow> logged(std::optional<std::string> company, std::size_t limit,
                                  std::optional<std::int64_t> before = std::nullopt) {
    app::LogQuery query;
    query.company = std::move(company);
    query.before = before;
    query.limit = limit;
    return run_task(log_book().rows(query));
  }
  /// With a value in every field.
  static app::AccountHealth troubled(domain::AccountId account) {
    return {account,
            now - hours{2},
            now,
            domain::TroubleKind::Unreachable,
            {"{} ({})"_key, in_words(domain::TroubleKind::Unreachable), "connection refused"},
            domain::SendTrouble{domain::TroubleKind::NoFunds, now - hours{1}},
            domain::Dollars{-5'000}};
  }
  static app::ProfileHealth troubled(domain::ProfileId id) {
    return {id, domain::NumberAbility::SmsOff, 3, domain::Sentence::as_written("invalid_did"),
            domain::TextsHeld{now - hours{1}, domain::TroubleKind::Maintenance, domain::HeldBy::List}};
  }
  app::ProfileView view(domain::ProfileId id) { return *run_task(settings().profile(id)); }
};
SMS_NOTIFIER_ALL_STORES(SettingsContract);

TEST_P(SettingsContract, AProfileComesBackAsItWasStored) {
  const auto id = added();
  const auto stored = view(id);
  EXPECT_EQ(stored.profile.rules, full_profile().rules);
  EXPECT_EQ(stored.account_email, "owner@clinic.example");
  EXPECT_FALSE(stored.profile.running);
  EXPECT_FALSE(stored.profile.first_polled_at);
  const auto accounts = run_task(settings().accounts({}));
  ASSERT_EQ(accounts.size(), 1U);
  EXPECT_EQ(accounts[0].credentials.api_password.reveal(), "api password");
}

TEST_P(SettingsContract, AProfileWithoutOptionsComesBackWithoutThem) {
  domain::CheckedProfile plain = full_profile();
  plain.rules.history_size.reset();
  plain.rules.hours.reset();
  EXPECT_EQ(view(added(plain)).profile.rules, plain.rules);
}

TEST_P(SettingsContract, AnAccountIsFoundWhateverTheCaseOfItsEmail) {
  added();
  const auto second =
      run_task(settings().add_profile(full_profile("OWNER@Clinic.Example", "5550100100"), std::nullopt, {}));
  ASSERT_TRUE(second);
  EXPECT_EQ(run_task(settings().accounts({})).size(), 1U);
}

TEST_P(SettingsContract, NamesAllProfilesOldestFirst) {
  const auto first = added();
  const auto second = *run_task(settings().add_profile(full_profile("another@clinic.example", "5550100100"),
                                                       base::Secret("password"), {}));
  EXPECT_EQ(
      run_task(settings().profile_names()),
      (std::vector<app::ProfileName>{{first, *domain::Did::parse("5550100199"), "owner@clinic.example"},
                                     {second, *domain::Did::parse("5550100100"), "another@clinic.example"}}));
}

TEST_P(SettingsContract, ANewAccountWithoutAPasswordIsNotMade) {
  EXPECT_FALSE(run_task(settings().add_profile(full_profile(), std::nullopt, {})));
  EXPECT_TRUE(run_task(settings().accounts({})).empty());
  EXPECT_TRUE(run_task(settings().profiles({})).empty());
}

TEST_P(SettingsContract, ANewPasswordReplacesTheOldOne) {
  const auto id = added();
  EXPECT_EQ(run_task(settings().edit_profile(id, full_profile(), base::Secret("another"), {})),
            app::Settings::EditResult::Done);
  EXPECT_EQ(run_task(settings().accounts({}))[0].credentials.api_password.reveal(), "another");
}

TEST_P(SettingsContract, AnEditChangesTheRulesAndKeepsItRunning) {
  const auto id = added();
  run_task(settings().set_running(id, true, {}));
  auto changed = full_profile();
  changed.rules.message = "Other words";
  EXPECT_EQ(run_task(settings().edit_profile(id, changed, std::nullopt, {})),
            app::Settings::EditResult::Done);
  EXPECT_EQ(view(id).profile.rules, changed.rules);
  EXPECT_TRUE(view(id).profile.running);
}

TEST_P(SettingsContract, AnEditThatCannotBeDoneChangesNothing) {
  const auto id = added();
  EXPECT_EQ(run_task(settings().edit_profile(id, full_profile("new@clinic.example"), std::nullopt, {})),
            app::Settings::EditResult::PasswordNeeded);
  EXPECT_EQ(view(id).account_email, "owner@clinic.example");
  EXPECT_EQ(run_task(settings().edit_profile(domain::ProfileId(99), full_profile(), std::nullopt, {})),
            app::Settings::EditResult::NoSuchProfile);
}

TEST_P(SettingsContract, StartingAStoppedProfileStartsItAfresh) {
  const auto id = added();
  EXPECT_TRUE(run_task(settings().set_running(id, true, {})));
  run_task(settings().mark_first_polled({id}, now));
  EXPECT_EQ(view(id).profile.first_polled_at, now);
  run_task(settings().mark_first_polled({id}, now + hours{1}));
  EXPECT_EQ(view(id).profile.first_polled_at, now);
  run_task(settings().set_running(id, true, {}));
  EXPECT_EQ(view(id).profile.first_polled_at, now);
  run_task(settings().set_running(id, false, {}));
  run_task(settings().set_running(id, true, {}));
  EXPECT_FALSE(view(id).profile.first_polled_at);
}

TEST_P(SettingsContract, StopAllStopsAll) {
  const auto a = added();
  const auto b = added(full_profile("owner@clinic.example", "5550100100"));
  run_task(settings().set_running(a, true, {}));
  run_task(settings().set_running(b, true, {}));
  run_task(settings().stop_all({}, {}));
  EXPECT_FALSE(view(a).profile.running);
  EXPECT_FALSE(view(b).profile.running);
}

TEST_P(SettingsContract, WhatIsNotThereIsSaid) {
  EXPECT_FALSE(run_task(settings().profile(domain::ProfileId(1))));
  EXPECT_FALSE(run_task(settings().set_running(domain::ProfileId(1), true, {})));
  EXPECT_FALSE(run_task(settings().delete_profile(domain::ProfileId(1), {})));
}

TEST_P(SettingsContract, AnIdIsNeverUsedAgain) {
  const auto first = added();
  run_task(settings().delete_profile(first, {}));
  EXPECT_GT(added(), first);
}

TEST_P(SettingsContract, TheVersionGrowsWithWhatAPersonChangesAndWithNothingElse) {
  auto last = run_task(settings().changes_since(0)).version;
  const auto grew = [&] {
    const auto version = run_task(settings().changes_since(0)).version;
    const bool grown = version > last;
    last = version;
    return grown;
  };
  const auto id = added();
  EXPECT_TRUE(grew());
  run_task(settings().set_running(id, true, {}));
  EXPECT_TRUE(grew());
  run_task(settings().edit_profile(id, full_profile(), std::nullopt, {}));
  EXPECT_TRUE(grew());
  const auto account = run_task(settings().accounts({}))[0].id;
  run_task(settings().mark_first_polled({id}, now));
  app::AccountHealth health{account};
  health.last_good_poll = now;
  run_task(settings().save_health({health}, {app::ProfileHealth{id}}));
  run_task(settings().save_dids(account, {*domain::Did::parse("5550100199")}, now));
  EXPECT_FALSE(grew());
  run_task(settings().stop_all({}, {}));
  EXPECT_TRUE(grew());
  run_task(settings().delete_profile(id, {}));
  EXPECT_TRUE(grew());
}

TEST_P(SettingsContract, NothingIsKnownOfANewProfile) {
  const auto id = added();
  const auto account = run_task(settings().accounts({}))[0].id;
  EXPECT_EQ(view(id).account_health, app::AccountHealth{account});
  EXPECT_EQ(view(id).health, app::ProfileHealth{id});
  EXPECT_EQ(view(id).texts_used.count, 0);
}

TEST_P(SettingsContract, ABalanceOfNothingIsNotABalanceThatIsNotKnown) {
  const auto id = added();
  app::AccountHealth health{run_task(settings().accounts({}))[0].id};
  health.balance = domain::Dollars{0};
  run_task(settings().save_health({health}, {}));
  EXPECT_EQ(view(id).account_health.balance, domain::Dollars{0});
}

TEST_P(SettingsContract, KeepsTheLimitOfRequestsThatWasFound) {
  const auto id = added();
  app::AccountHealth health{run_task(settings().accounts({}))[0].id};
  health.requests_per_minute = 22;
  run_task(settings().save_health({health}, {}));
  EXPECT_EQ(view(id).account_health.requests_per_minute, 22);
  EXPECT_EQ(run_task(settings().accounts({}))[0].health.requests_per_minute, 22);
}

TEST_P(SettingsContract, KeepsWhyTheLedgerIsStrictlyDoubted) {
  const auto id = added();
  app::AccountHealth health{run_task(settings().accounts({}))[0].id};
  health.strict = domain::StrictDoubt{domain::StrictCause::OtherInstallation, now};
  run_task(settings().save_health({health}, {}));
  EXPECT_EQ(view(id).account_health, health);
  health.strict.reset();
  run_task(settings().save_health({health}, {}));
  EXPECT_EQ(view(id).account_health, health);
}

TEST_P(SettingsContract, KeepsWhatHoldsTextsBack) {
  const auto id = added();
  app::ProfileHealth health{id};
  for (const auto by : {domain::HeldBy::Provider, domain::HeldBy::List, domain::HeldBy::Ledger,
                        domain::HeldBy::ListForAMoment}) {
    health.held = domain::TextsHeld{now, domain::TroubleKind::HeldUp, by};
    run_task(settings().save_health({}, {health}));
    EXPECT_EQ(view(id).health, health);
  }
}

TEST_P(SettingsContract, TheServiceLearnsThatTheOwnerLetsTextsGo) {
  const auto id = added();
  const std::int64_t version = run_task(settings().changes_since(0)).version;
  EXPECT_EQ(run_task(settings().accounts({}))[0].trusted_at, std::nullopt);
  EXPECT_TRUE(run_task(settings().trust_ledger(id, {now, {}})));
  EXPECT_EQ(run_task(settings().accounts({}))[0].trusted_at, now);
  EXPECT_FALSE(run_task(settings().changes_since(version)).accounts.empty());
  EXPECT_FALSE(run_task(settings().trust_ledger(domain::ProfileId(999), {now, {}})));
}

TEST_P(SettingsContract, TheOwnerLetsTextsGoThatAreDoubtedNowWhateverHisClockSays) {
  const auto id = added();
  for (const base::Duration behind : {hours{31}, -hours{31}}) {
    app::AccountHealth health{view(id).profile.account};
    health.strict = domain::StrictDoubt{domain::StrictCause::EarlierLedger, now};
    run_task(settings().save_health({health}, {}));
    EXPECT_TRUE(run_task(settings().trust_ledger(id, {now - behind, {}})));
    EXPECT_EQ(run_task(settings().accounts({}))[0].trusted_at, now);
  }
}

TEST_P(SettingsContract, AnEditForgetsRefusedTextsAndWhatIsKnownOfAnotherNumber) {
  const auto id = added();
  run_task(settings().save_health({}, {troubled(id)}));
  run_task(settings().edit_profile(id, full_profile(), std::nullopt, {}));
  EXPECT_EQ(view(id).health.refused_in_row, 0);
  EXPECT_TRUE(view(id).health.refused_because.empty());
  EXPECT_EQ(view(id).health.number, domain::NumberAbility::SmsOff) << "it is the same number";
  run_task(settings().edit_profile(id, full_profile("owner@clinic.example", "5550100100"), std::nullopt, {}));
  EXPECT_EQ(view(id).health.number, domain::NumberAbility::Unknown);
}

TEST_P(SettingsContract, RunningTheFirstProfileOfAnAccountBeginsItsWatchAnew) {
  const auto id = added();
  const auto second = added();
  const auto account = run_task(settings().accounts({}))[0].id;
  run_task(settings().save_health({troubled(account)}, {}));
  run_task(settings().set_running(id, true, {}));
  EXPECT_FALSE(view(id).account_health.watched_since);
  run_task(settings().save_health({troubled(account)}, {}));
  run_task(settings().set_running(second, true, {}));
  EXPECT_TRUE(view(id).account_health.watched_since) << "it is being watched for the other profile";
}

TEST_P(SettingsContract, AnAccountWithoutProfilesForgetsItsHealth) {
  const auto id = added();
  run_task(settings().save_health({troubled(run_task(settings().accounts({}))[0].id)}, {}));
  run_task(settings().delete_profile(id, {}));
  const app::Account left = run_task(settings().accounts({}))[0];
  EXPECT_EQ(left.health, app::AccountHealth{left.id});
}

TEST_P(SettingsContract, HealthAndNumbersAreShownBesideTheProfile) {
  const auto id = added();
  const auto account = run_task(settings().accounts({}))[0].id;
  const std::vector<domain::Did> dids{*domain::Did::parse("5550100199"), *domain::Did::parse("5550100100")};
  const app::AccountHealth health = troubled(account);
  const app::ProfileHealth own = troubled(id);
  run_task(settings().save_health({health}, {own}));
  run_task(settings().save_dids(account, dids, now));
  EXPECT_EQ(view(id).account_health, health);
  EXPECT_EQ(view(id).health, own);
  EXPECT_EQ(run_task(settings().accounts({}))[0].health, health);
  EXPECT_EQ(run_task(settings().accounts({}))[0].dids, dids);
  EXPECT_EQ(run_task(settings().accounts({}))[0].dids_asked_at, now);
}

TEST_P(SettingsContract, DeletingAProfileDeletesItsLogAndWithTheLastOneTheAccountsLogAndPassword) {
  const auto a = added();
  const auto b = added(full_profile("owner@clinic.example", "5550100100"));
  const std::string email = "owner@clinic.example";
  run_task(log_book().append({{{}, email, a, now, domain::Sentence::as_written("of a")},
                              {{}, email, b, now, domain::Sentence::as_written("of b")},
                              {{}, email, std::nullopt, now, domain::Sentence::as_written("of the account")},
                              {{}, "", std::nullopt, now, domain::Sentence::as_written("of the service")}}));
  run_task(settings().delete_profile(a, {}));
  EXPECT_EQ(logged(email, 10).size(), 2U);
  run_task(settings().delete_profile(b, {}));
  EXPECT_TRUE(logged(email, 10).empty());
  EXPECT_EQ(logged(std::nullopt, 10).size(), 1U);
  EXPECT_FALSE(run_task(settings().add_profile(full_profile(), std::nullopt, {})));
}

TEST_P(SettingsContract, TheLogComesBackNewestFirst) {
  run_task(log_book().append({{{}, "x", std::nullopt, now, domain::Sentence::as_written("first")},
                              {{}, "x", domain::ProfileId(4), now, domain::Sentence::as_written("second")}}));
  const auto rows = logged("x", 10);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(in_english(rows[0].what), "second");
  EXPECT_EQ(rows[0].profile, domain::ProfileId(4));
  EXPECT_EQ(rows[1].at, now);
  EXPECT_FALSE(rows[1].profile);
  EXPECT_EQ(logged("x", 1).size(), 1U);
  EXPECT_TRUE(logged("y", 10).empty());
}

TEST_P(SettingsContract, ASentenceOfTheLogComesBackWithItsValuesOfEveryKind) {
  const domain::Sentence missed("Missed call from {} at {}: {}"_key, "a withheld number"_key,
                                domain::ClockTime{std::chrono::minutes{603}},
                                domain::Sentence("no text, {}"_key, "the call was answered"_key));
  const std::vector<domain::Sentence> sentences{
      missed,
      "The profile was started"_key,
      domain::Sentence("{} s"_key, 12),
      domain::Sentence("{}: {} texts"_key, "caf\u00E9 {} \"x\" \xF0\x9F\x93\x9E", -3),
      domain::Sentence("{} s"_key, domain::Seconds{std::chrono::milliseconds{1250}}),
      domain::Sentence("{} s"_key, domain::Dollars{12'340'000}),
      domain::Sentence("{} s"_key, domain::Sentence::as_written("as it was {}")),
      domain::Sentence::as_written("Missed call from {} at {}: {}")};
  for (const domain::Sentence& sentence : sentences)
    run_task(log_book().append({{{}, "x", std::nullopt, now, sentence}}));
  const auto rows = logged("x", 100);
  ASSERT_EQ(rows.size(), sentences.size());
  for (std::size_t i = 0; i < rows.size(); ++i)
    EXPECT_EQ(rows[i].what, sentences[sentences.size() - 1 - i]) << in_english(rows[i].what);
}

TEST_P(SettingsContract, ALogIsFoundWhateverTheCaseOfTheCompany) {
  run_task(log_book().append(
      {{{}, "Owner@clinic.example", std::nullopt, now, domain::Sentence::as_written("its row")},
       {{}, "other@clinic.example", std::nullopt, now, domain::Sentence::as_written("another's")}}));
  const auto rows = logged("OWNER@Clinic.Example", 10);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(in_english(rows[0].what), "its row");
  EXPECT_EQ(rows[0].company, "Owner@clinic.example");
}

TEST_P(SettingsContract, TheLogIsReadInPagesWithoutGapsOrRepeats) {
  for (const char* record : {"1", "2", "3", "4", "5"}) {
    run_task(log_book().append({{{}, "x", std::nullopt, now, domain::Sentence::as_written(record)}}));
    run_task(log_book().append(
        {{{}, "y", std::nullopt, now, domain::Sentence::as_written("of another company")}}));
  }
  std::string order;
  std::optional<std::int64_t> before;
  for (auto page = logged("x", 2, before); !page.empty(); page = logged("x", 2, before)) {
    for (const app::LogRow& row : page) order += row.what.text();
    before = page.back().id;
  }
  EXPECT_EQ(order, "54321");
  EXPECT_EQ(logged(std::nullopt, 100, before).size(), 0U);
}

TEST_P(SettingsContract, CompaniesComeByNameOnceEach) {
  EXPECT_TRUE(run_task(log_book().companies()).empty());
  run_task(log_book().append({{{}, "b@clinic.example", std::nullopt, now, domain::Sentence::as_written("1")},
                              {{}, "C@clinic.example", std::nullopt, now, domain::Sentence::as_written("2")},
                              {{}, "B@clinic.example", std::nullopt, now, domain::Sentence::as_written("3")},
                              {{}, "a@clinic.example", std::nullopt, now, domain::Sentence::as_written("4")},
                              {{}, "", std::nullopt, now, domain::Sentence::as_written("of the service")}}));
  EXPECT_EQ(run_task(log_book().companies()),
            (std::vector<std::string>{"a@clinic.example", "b@clinic.example", "C@clinic.example"}));
}

}  // namespace
}  // namespace sms_notifier::contract
