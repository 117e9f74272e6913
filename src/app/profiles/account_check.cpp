#include "app/profiles/account_check.h"

#include "domain/dollars.h"
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

domain::NumberAbility ability_of(const DidInfo& did) {
  if (!did.sms_available) return domain::NumberAbility::SmsNotOffered;
  if (!did.sms_enabled) return domain::NumberAbility::SmsOff;
  return domain::NumberAbility::CanText;
}

domain::Key ability_in_words(const DidInfo& did) {
  switch (ability_of(did)) {
    case domain::NumberAbility::CanText:
      return did.mms_available ? "can text (SMS and MMS)"_key
                               : "can text (SMS; longer messages, as MMS, may be refused)"_key;
    case domain::NumberAbility::SmsOff:
      return domain::in_words(domain::StateReason::SmsOff);
    case domain::NumberAbility::SmsNotOffered:
      return "cannot text: VoIP.ms offers no SMS for this number"_key;
    case domain::NumberAbility::Unknown:
    case domain::NumberAbility::NotListed:
      break;  // it is listed here
  }
  return {};
}

bool something_answers(const DidInfo& did) {
  for (const std::string_view machine : {"vm:", "ivr:", "queue:"})
    if (did.routing.starts_with(machine)) return true;
  return did.failover_noanswer.starts_with("vm:") || (!did.voicemail.empty() && did.voicemail != "0");
}

}  // namespace sms_notifier::app
