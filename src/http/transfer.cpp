#include "http/transfer.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sms_notifier::http {
namespace {

constexpr std::size_t spare_bytes = 64;  ///< promised behind ReceivedResponse::body

curl_off_t info(CURL* easy, CURLINFO which) {
  curl_off_t value = 0;
  curl_easy_getinfo(easy, which, &value);
  return value;
}

}  // namespace

std::string SpareBodies::take(std::size_t bytes) {
  const auto fits = std::find_if(kept_.rbegin(), kept_.rend(),
                                 [&](const std::string& body) { return body.capacity() >= bytes; });
  if (bytes < worth_keeping_bytes || fits == kept_.rend()) return {};
  std::string body = std::move(*fits);
  kept_.erase(std::next(fits).base());
  kept_bytes_ -= body.capacity();
  return body;
}

void SpareBodies::keep(std::string body) {
  if (body.capacity() < worth_keeping_bytes || kept_bytes_ + body.capacity() > kept_bytes_max) return;
  body.clear();
  kept_bytes_ += body.capacity();
  kept_.push_back(std::move(body));
}

bool Transfer::take(std::string_view piece) {
  if (piece.size() > body_bytes_max - body.size()) {
    too_long = true;
    return false;
  }
  const std::size_t needed = body.size() + piece.size() + spare_bytes;
  if (body.capacity() < needed) {
    const auto announced = info(easy.get(), CURLINFO_CONTENT_LENGTH_DOWNLOAD_T);
    const auto whole = announced > 0 ? std::min(static_cast<std::size_t>(announced), body_bytes_max) : 0;
    const std::size_t wanted = std::max(needed, whole + spare_bytes);
    if (body.empty()) body = spare.take(wanted);
    body.reserve(wanted);
  }
  body.append(piece);
  return true;
}

bool is_https(std::string_view url) {
  constexpr std::string_view scheme = "https:";
  return url.size() >= scheme.size() && std::equal(scheme.begin(), scheme.end(), url.begin(),
                                                   [](char a, char b) { return a == (b | 0x20); });
}

bool may_have_been_sent(CURL* easy, bool tls) {
  long request_bytes = 0;
  curl_easy_getinfo(easy, CURLINFO_REQUEST_SIZE, &request_bytes);
  return request_bytes > 0 || info(easy, CURLINFO_PRETRANSFER_TIME_T) > 0 ||
         info(easy, tls ? CURLINFO_APPCONNECT_TIME_T : CURLINFO_CONNECT_TIME_T) > 0;
}

Outcome outcome_of(Transfer& transfer, CURLcode result) {
  if (result == CURLE_OK) {
    long status = 0;
    curl_easy_getinfo(transfer.easy.get(), CURLINFO_RESPONSE_CODE, &status);
    transfer.body.reserve(transfer.body.size() + spare_bytes);
    return ReceivedResponse{static_cast<int>(status), std::move(transfer.body)};
  }
  if (transfer.withdrawn) return Failure{Failure::Kind::Withdrawn, false, "withdrawn before its first byte"};
  Failure failure{Failure::Kind::Interrupted, may_have_been_sent(transfer.easy.get(), transfer.tls),
                  transfer.words[0] ? transfer.words.data() : curl_easy_strerror(result)};
  if (transfer.too_long) {
    failure.kind = Failure::Kind::TooLong;
    failure.detail = "the answer is longer than " + std::to_string(transfer.body_bytes_max) + " bytes";
  } else if (result == CURLE_OPERATION_TIMEDOUT) {
    failure.kind = Failure::Kind::TimedOut;
  } else if (!failure.may_have_been_sent) {
    failure.kind = Failure::Kind::NotConnected;
  }
  return failure;
}

}  // namespace sms_notifier::http
