#include "app/texts/text_list.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "domain/sentences.h"

namespace sms_notifier::app {
namespace {

base::Instant nearest(domain::TimeZone::Instants candidates, base::Instant to) {
  const auto distance = [&](base::Instant instant) { return std::chrono::abs(instant - to); };
  return distance(candidates.earlier) <= distance(candidates.later) ? candidates.earlier : candidates.later;
}

void add(TextList& list, const std::vector<ListedText>& rows, const TextQuery& query,
         const domain::TimeZone& zone, base::Instant around) {
  for (const ListedText& row : rows) {
    // The provider was asked for this number: a row whose number cannot be read has it all the same.
    const std::optional<domain::Did> did = row.did ? std::optional(domain::Did(*row.did)) : query.did;
    const base::Instant at = nearest(zone.instants(row.date), around);
    (row.received ? list.received : list.sent).push_back({row.provider_id, at, did, row.contact, row.body});
  }
}

}  // namespace

base::task<Answer<TextList>> list_all_texts(EngineState& engine, domain::AccountId account, TextQuery query,
                                            base::Instant around, Turns::Turn turn) {
  TextList whole;
  std::vector<std::pair<domain::Day, domain::Day>> pieces{{query.first_day, query.last_day}};
  while (!pieces.empty()) {
    std::tie(query.first_day, query.last_day) = pieces.back();
    pieces.pop_back();
    const Turns::Wish wish{Purpose::Look};
    if (!turn) turn = co_await engine.turns.take(account, wish);
    const Roster::Entry* entry = engine.roster.find(account);
    if (entry == nullptr || entry->account.credentials.api_password.empty())
      co_return Trouble{TroubleKind::PasswordUnreadable, "there is no API password"_key};
    const Credentials credentials = entry->account.credentials;
    const Answer<std::vector<ListedText>> rows = co_await engine.ports.provider.texts(credentials, query);
    turn.answered(rows ? nullptr : &rows.error());
    if (!rows) co_return rows.error();
    if (rows->size() < texts_listed_max) {
      add(whole, *rows, query, engine.ports.zone, around);
      continue;
    }
    if (query.first_day == query.last_day)
      co_return Trouble{TroubleKind::UnreadableAnswer, "the list of a single day was cut short"_key};
    const domain::Day middle = query.first_day + (query.last_day - query.first_day) / 2;
    pieces.emplace_back(query.first_day, middle);
    pieces.emplace_back(middle + std::chrono::days{1}, query.last_day);
  }
  co_return whole;
}

}  // namespace sms_notifier::app
