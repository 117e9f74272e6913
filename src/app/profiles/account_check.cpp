#include "app/profiles/account_check.h"

#include "domain/dollars.h"
#include "domain/profile_state.h"
#include "domain/sentences.h"

namespace sms_notifier::app {

base::task<AccountReport> check_account(Provider& provider, Credentials credentials) {
  AccountReport report;
  Answer<std::string> address = co_await provider.ip(credentials);
  if (!address) {
    report.trouble = address.error();
    co_return report;
  }
  report.address = std::move(address).value();

  Answer<std::string> balance = co_await provider.balance(credentials);
  if (!balance) {
    report.trouble = balance.error();
    co_return report;
  }
  report.balance = std::move(balance).value();

  Answer<std::vector<DidInfo>> dids = co_await provider.dids(credentials);
  if (dids)
    report.dids = std::move(dids).value();
  else
    report.trouble = dids.error();
  co_return report;
}

bool lacks_funds(const AccountReport& report) {
  const std::optional<domain::Dollars> balance = domain::parse_dollars(report.balance);
  return balance && *balance < domain::sms_price;
}

TextAbility text_ability(const DidInfo& did) {
  if (!did.sms_available) return TextAbility::NotOffered;
  if (!did.sms_enabled) return TextAbility::SwitchedOff;
  return did.mms_available ? TextAbility::SmsAndMms : TextAbility::SmsOnly;
}

domain::Key in_words(TextAbility ability) {
  switch (ability) {
    case TextAbility::SmsAndMms:
      return "can text (SMS and MMS)"_key;
    case TextAbility::SmsOnly:
      return "can text (SMS; longer messages, as MMS, may be refused)"_key;
    case TextAbility::SwitchedOff:
      return domain::in_words(domain::StateReason::SmsOff);
    case TextAbility::NotOffered:
      return "cannot text: VoIP.ms offers no SMS for this number"_key;
  }
  return {};
}

bool something_answers(const DidInfo& did) {
  for (const std::string_view machine : {"vm:", "ivr:", "queue:"})
    if (did.routing.starts_with(machine)) return true;
  return did.failover_noanswer.starts_with("vm:") || (!did.voicemail.empty() && did.voicemail != "0");
}

}  // namespace sms_notifier::app
