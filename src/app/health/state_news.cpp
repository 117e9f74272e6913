#include "app/health/state_news.h"

#include <algorithm>
#include <utility>

namespace sms_notifier::app {
namespace {

void add(std::vector<TextingTurned>& news, const ProfileView& view, std::optional<domain::StateReason> reason,
         domain::Sentence why) {
  const domain::AccountId account = view.profile.account;
  const domain::Did did = view.profile.rules.did;
  const auto same = std::find_if(news.begin(), news.end(), [&](const TextingTurned& other) {
    return other.subject.account == account && other.reason == reason && other.why == why;
  });
  if (same == news.end()) {
    news.push_back({{account, view.account_email, view.profile.id}, {did}, reason, std::move(why)});
    return;
  }
  same->numbers.push_back(did);
  same->subject.profile.reset();
}

}  // namespace

std::vector<TextingTurned> StateNews::look(const std::vector<ProfileStatus>& statuses, base::Monotonic now) {
  std::vector<TextingTurned> news;
  std::map<domain::ProfileId, Told> not_texting;
  for (const ProfileStatus& status : statuses) {
    const domain::ProfileId id = status.view.profile.id;
    const auto told = not_texting_.find(id);
    const bool is_told = told != not_texting_.end();
    switch (status.state.kind) {
      case domain::StateKind::NotTexting:
        if (!is_told) add(news, status.view, status.state.reason, reason_in_words(status));
        not_texting[id] = {};
        break;
      case domain::StateKind::Running: {
        if (!is_told) break;
        const base::Monotonic since = told->second.runs_since.value_or(now);
        if (now - since >= runs_for_min)
          add(news, status.view, std::nullopt, {});
        else
          not_texting[id] = {since};
        break;
      }
      case domain::StateKind::Waiting:
      case domain::StateKind::TestMode:
      case domain::StateKind::Closed:  // none of these says whether it could text
        if (is_told) not_texting[id] = {};
        break;
      case domain::StateKind::Stopped:  // told by itself
        break;
    }
  }
  not_texting_ = std::move(not_texting);
  return news;
}

}  // namespace sms_notifier::app
