#include "app/texts/text_list.h"

#include <algorithm>
#include <memory>
#include <tuple>
#include <utility>

#include "domain/sentences.h"

namespace sms_notifier::app {
namespace {

constexpr base::Duration turn_gap = std::chrono::milliseconds{100};

base::Instant nearest(domain::TimeZone::Instants candidates, base::Instant to) {
  const auto distance = [&](base::Instant instant) { return std::chrono::abs(instant - to); };
  return distance(candidates.earlier) <= distance(candidates.later) ? candidates.earlier : candidates.later;
}

}  // namespace

base::task<> take_turn(EngineState& engine, domain::AccountId account) {
  Clock& clock = engine.ports.clock;
  const base::Monotonic now = clock.monotonic();
  const base::Monotonic turn = std::max(now, engine.next_turn[account]);
  engine.next_turn[account] = turn + turn_gap;
  if (turn == now) co_return;
  const std::unique_ptr<Timer> timer = clock.make_timer();
  co_await timer->wait_until(turn);
}

base::task<Answer<TextList>> list_texts(EngineState& engine, domain::AccountId account, TextQuery query,
                                        base::Instant around) {
  const Roster::Entry* entry = engine.roster.find(account);
  if (entry == nullptr || entry->account.credentials.api_password.empty())
    co_return Trouble{TroubleKind::PasswordUnreadable, "there is no API password"_key};
  const Credentials credentials = entry->account.credentials;
  co_await take_turn(engine, account);
  const Answer<std::vector<ListedText>> rows = co_await engine.ports.provider.texts(credentials, query);
  if (!rows) co_return rows.error();
  TextList list;
  list.cut_short = rows->size() >= texts_listed_max;
  for (const ListedText& row : *rows) {
    // The provider was asked for these numbers: a row whose numbers cannot be read has them all the same.
    const std::optional<domain::Did> did = row.did ? std::optional(domain::Did(*row.did)) : query.did;
    const std::optional<domain::PhoneNumber> contact = row.contact ? row.contact : query.contact;
    const base::Instant at = nearest(engine.ports.zone.instants(row.date), around);
    (row.received ? list.received : list.sent).push_back({row.provider_id, at, did, contact, row.body});
  }
  co_return list;
}

base::task<Answer<TextList>> list_all_texts(EngineState& engine, domain::AccountId account, TextQuery query,
                                            base::Instant around) {
  TextList whole;
  std::vector<std::pair<domain::Day, domain::Day>> pieces{{query.first_day, query.last_day}};
  while (!pieces.empty()) {
    std::tie(query.first_day, query.last_day) = pieces.back();
    pieces.pop_back();
    const Answer<TextList> list = co_await list_texts(engine, account, query, around);
    if (!list) co_return list.error();
    if (list->cut_short) {
      if (query.first_day == query.last_day)
        co_return Trouble{TroubleKind::UnreadableAnswer, "the list of a single day was cut short"_key};
      const domain::Day middle = query.first_day + (query.last_day - query.first_day) / 2;
      pieces.emplace_back(query.first_day, middle);
      pieces.emplace_back(middle + std::chrono::days{1}, query.last_day);
      continue;
    }
    whole.sent.insert(whole.sent.end(), list->sent.begin(), list->sent.end());
    whole.received.insert(whole.received.end(), list->received.begin(), list->received.end());
  }
  co_return whole;
}

}  // namespace sms_notifier::app
