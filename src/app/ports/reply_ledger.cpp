#include "app/ports/reply_ledger.h"

#include <utility>

#include "domain/sentences.h"

namespace sms_notifier::app {

Settlement proved_by(Settlement answer, bool id_taken) {
  if (answer.event != domain::ReplyEvent::Accept || !id_taken) return answer;
  return {
      domain::ReplyEvent::LoseSight, {}, "VoIP.ms answered with the id of another text"_key, std::nullopt};
}

bool can_resolve(const OpenReply& reply, domain::ReplyEvent event) {
  if (reply.state == domain::ReplyState::Unknown) return true;
  if (reply.state != domain::ReplyState::Reserved || reply.maybe_sent == 0) return false;
  return event == domain::ReplyEvent::Accept || (event == domain::ReplyEvent::GiveUp && !reply.may_be_out);
}

}  // namespace sms_notifier::app
