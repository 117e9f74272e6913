#pragma once

#include <memory>
#include <string>

#include "voipms/requests.h"

namespace sms_notifier::bench {

/// libcurl and nothing else: what fetching the same answers costs at least. Keeps its connections, sends a
/// form that was written once, collects the answer, and waits with epoll.
class RawClient {
 public:
  RawClient(const std::string& url, const std::string& ca_file, const voipms::Fields& fields, int parallel);
  ~RawClient();

  /// Fetches that many answers. Throws std::runtime_error when one of them is not HTTP 200.
  void fetch(long answers);
  /// The answer that came last.
  const std::string& body() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sms_notifier::bench
