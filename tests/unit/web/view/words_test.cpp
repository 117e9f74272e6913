// Every sentence that a page can show has its French.

#include "web/view/words.h"

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "app/profiles/account_check.h"
#include "domain/decision.h"
#include "domain/profile_fields.h"
#include "domain/profile_state.h"
#include "domain/reply.h"
#include "web/view/audit_words.h"
#include "web/view/embedded.h"

namespace sms_notifier::web {
namespace {

namespace fs = std::filesystem;

/// Words that are the same in both languages.
const std::set<std::string> same_in_french{"Message", "Pages", "Audit log", "session {}"};

void expect_french(const std::string& english, const std::string& where) {
  if (same_in_french.contains(english)) return;
  EXPECT_NE(words_of(Language::French).say(english), english) << where;
}

std::string text_of(const fs::path& path) {
  std::ifstream stream(path);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

TEST(French, KnowsEveryWordOfTheTemplates) {
  const std::regex marked(R"(\[\[(.*?)\]\])");
  int found = 0;
  for (const EmbeddedFile& file : embedded_files()) {
    if (!file.path.starts_with("templates/")) continue;
    const std::string text(file.content);
    for (std::sregex_iterator match(text.begin(), text.end(), marked), end; match != end; ++match, ++found)
      expect_french((*match)[1], std::string(file.path));
  }
  EXPECT_GT(found, 100);
}

TEST(French, KnowsEverySentenceOfThePages) {
  const std::regex broken_literal("\"\\s*\\n\\s*\"");
  const std::regex spoken(R"re((?:\.say|tell|complain|refuse)\([^";{]*"((?:[^"\\]|\\.)+)")re");
  int found = 0;
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(SOURCE_ROOT) / "src" / "web")) {
    if (entry.path().extension() != ".cpp" || entry.path().filename() == "api.cpp") continue;
    const std::string text = std::regex_replace(text_of(entry.path()), broken_literal, "");
    for (std::sregex_iterator match(text.begin(), text.end(), spoken), end; match != end; ++match, ++found) {
      const std::string english = std::regex_replace((*match)[1].str(), std::regex(R"(\\")"), "\"");
      if (english.starts_with("An API token is needed")) continue;  // told to programs only
      expect_french(english, entry.path().filename().string());
    }
  }
  EXPECT_GT(found, 30);
}

TEST(French, KnowsEveryActAndFieldOfTheAudit) {
  using app::AuditAction;
  for (const AuditAction action :
       {AuditAction::LoggedIn,       AuditAction::LogInFailed,     AuditAction::LoggedOut,
        AuditAction::SetUp,          AuditAction::ProfileCreated,  AuditAction::ProfileEdited,
        AuditAction::ProfileDeleted, AuditAction::ProfileRun,      AuditAction::ProfileStopped,
        AuditAction::TestText,       AuditAction::TextOrdered,     AuditAction::UserAdded,
        AuditAction::UserRemoved,    AuditAction::PasswordChanged, AuditAction::SessionEnded,
        AuditAction::TokenAdded,     AuditAction::TokenRemoved,    AuditAction::PasswordRefused,
        AuditAction::TokenRefused,   AuditAction::LogTokenRefused, AuditAction::FormRefused,
        AuditAction::SetUpRefused})
    expect_french(std::string(in_words(action)), "audit action");
  for (const domain::ProfileField& field : domain::profile_fields()) {
    EXPECT_NE(field_in_words(field.name), field.name) << "has no name on the audit page";
    expect_french(std::string(field_in_words(field.name)), "audit field");
  }
  for (const char* field : {"api_password", "to", "path"})
    expect_french(std::string(field_in_words(field)), "audit field");
}

TEST(French, KnowsEveryReasonAndTrouble) {
  for (const domain::Decision& decision : domain::all_decisions())
    expect_french(std::string(domain::in_words(decision)), "decision");
  using app::TroubleKind;
  for (const TroubleKind kind :
       {TroubleKind::Unreachable, TroubleKind::UnreadableAnswer, TroubleKind::WrongCredentials,
        TroubleKind::PasswordUnreadable, TroubleKind::ApiDisabled, TroubleKind::AddressRefused,
        TroubleKind::TooManyRequests, TroubleKind::Maintenance, TroubleKind::DailyLimit, TroubleKind::NoFunds,
        TroubleKind::HeldUp, TroubleKind::BadRequest})
    expect_french(std::string(in_words(kind)), "trouble");
  for (const domain::StateKind kind : domain::state_kinds)
    expect_french(std::string(in_words(kind)), "state");
  for (const domain::StateReason reason : domain::state_reasons)
    expect_french(std::string(in_words(reason)), "reason of a state");
  for (int day = 0; day < 7; ++day)
    expect_french(std::string(domain::weekday_name({std::chrono::local_days{std::chrono::days{day}}})),
                  "day");
  using domain::CancelReason;
  for (const CancelReason reason :
       {CancelReason::GotThrough, CancelReason::ProfileStopped, CancelReason::OptedOut, CancelReason::Blocked,
        CancelReason::TextedElsewhere, CancelReason::Closed, CancelReason::DryRun})
    expect_french(std::string(domain::in_words(reason)), "cancel reason");
  using app::TextAbility;
  for (const TextAbility ability :
       {TextAbility::SmsAndMms, TextAbility::SmsOnly, TextAbility::SwitchedOff, TextAbility::NotOffered})
    expect_french(std::string(app::in_words(ability)), "ability");
}

}  // namespace
}  // namespace sms_notifier::web
