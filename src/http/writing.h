#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/task.h"
#include "http/server.h"

/// How answers are written.
namespace sms_notifier::http {

/// Whether an answer of that status has a body.
bool has_body(int status);

/// Whether a header's name or value would end its line.
bool breaks_header(std::string_view text);

/// The answer up to and including the empty line.
std::string render_head(const Response& response, bool keep_alive, bool chunked, bool length_known);

/// The status in words.
Response plain_answer(int status);

/// Writes to one connection, in chunks where the protocol has them.
class ConnectionWriter final : public BodyWriter {
 public:
  using Send = std::function<base::task<bool>(std::string_view head, std::string_view body)>;
  ConnectionWriter(Send send, bool chunked) : send_(std::move(send)), chunked_(chunked) {}

  base::task<bool> write(std::string_view piece) override;
  base::task<bool> finish();

 private:
  const Send send_;
  const bool chunked_;
  bool gone_ = false;
};

}  // namespace sms_notifier::http
