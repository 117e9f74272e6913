#include "app/ports/reply_ledger.h"

#include "domain/sentences.h"

namespace sms_notifier::app {

domain::Key id_of_another_text() {
  return "VoIP.ms answered with the id of another text"_key;
}

Settlement proved_by(Settlement answer, bool id_taken) {
  if (answer.event != domain::ReplyEvent::Accept || !id_taken) return answer;
  return {domain::ReplyEvent::LoseSight, {}, id_of_another_text()};
}

}  // namespace sms_notifier::app
