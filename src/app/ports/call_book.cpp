#include "app/ports/call_book.h"

namespace sms_notifier::app {

OpenReply reserved_reply(domain::ReplyId id, domain::AccountId account, domain::CallId call,
                         const DecidedCall& decided) {
  const DecidedCall::ReplyTerms& terms = *decided.terms;
  return OpenReply{id,
                   account,
                   call,
                   decided.profile,
                   terms.text,
                   domain::kind_of(terms.text.body),
                   domain::ReplyState::Reserved,
                   0,
                   0,
                   decided.call.started_at(),
                   terms.not_before,
                   terms.expires_at,
                   std::nullopt};
}

}  // namespace sms_notifier::app
