#include "http/transfer.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <iterator>
#include <utility>

#include "http/date.h"
#include "http/form.h"

namespace sms_notifier::http {
namespace {

constexpr std::size_t spare_bytes = 64;  ///< promised behind ReceivedResponse::body

constexpr long receive_buffer_bytes = 16L * 1024;
/// libcurl's least: its default of 64 KiB adds up over thousands of requests.
constexpr long upload_buffer_bytes = 16L * 1024;
/// Answers take up to 90 s, and some routers forget silent connections earlier.
constexpr long keep_alive_idle_s = 30;
constexpr std::string_view system_ca_file = "/etc/ssl/certs/ca-certificates.crt";

/// Whole milliseconds, rounded up, because libcurl reads 0 as "its default".
long milliseconds(base::Duration duration) {
  return std::max(1L, static_cast<long>(std::chrono::ceil<std::chrono::milliseconds>(duration).count()));
}

bool is_https(std::string_view url) {
  constexpr std::string_view scheme = "https:";
  return url.size() >= scheme.size() && std::equal(scheme.begin(), scheme.end(), url.begin(),
                                                   [](char a, char b) { return a == (b | 0x20); });
}

curl_off_t info(CURL* easy, CURLINFO which) {
  curl_off_t value = 0;
  curl_easy_getinfo(easy, which, &value);
  return value;
}

std::optional<base::Instant> date_of(CURL* easy) {
  constexpr int last_request = -1;
  curl_header* found = nullptr;
  if (curl_easy_header(easy, "Age", 0, CURLH_HEADER, last_request, &found) == CURLHE_OK) return std::nullopt;
  if (curl_easy_header(easy, "Date", 0, CURLH_HEADER, last_request, &found) != CURLHE_OK) return std::nullopt;
  if (found->amount != 1) return std::nullopt;
  return parse_date(found->value);
}

// Called from within libcurl's functions: none of these may call it or throw.

int before_first_byte(void* asked, char*, char*, int, int) noexcept {
  Transfer& transfer = *static_cast<Transfer*>(asked);
  transfer.withdrawn = transfer.may_leave && !transfer.may_leave();
  return transfer.withdrawn ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

std::size_t take_body(char* data, std::size_t, std::size_t bytes, void* transfer) noexcept try {
  return static_cast<Transfer*>(transfer)->take({data, bytes}) ? bytes : 0;
} catch (const std::exception&) {
  return 0;
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

void set_lasting_options(Transfer& transfer, const ClientOptions& options, CURLSH* share,
                         curl_slist* headers) {
  CURL* easy = transfer.easy.get();
  set_option(easy, CURLOPT_PRIVATE, &transfer);
  set_option(easy, CURLOPT_ERRORBUFFER, transfer.words.data());
  set_option(easy, CURLOPT_SHARE, share);
  set_option(easy, CURLOPT_NOSIGNAL, 1L);
  set_option(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set_option(easy, CURLOPT_PROXY, "");
  set_option(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  set_option(easy, CURLOPT_FOLLOWLOCATION, 0L);
  set_option(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set_option(easy, CURLOPT_USERAGENT, options.user_agent.c_str());
  set_option(easy, CURLOPT_HTTPHEADER, headers);
  set_option(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
  set_option(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set_option(easy, CURLOPT_SSL_VERIFYPEER, 1L);
  set_option(easy, CURLOPT_SSL_VERIFYHOST, 2L);
  set_option(easy, CURLOPT_CAINFO, options.ca_file.empty() ? system_ca_file.data() : options.ca_file.c_str());
  // Debian's libcurl also has a CA directory set, and with one it reads the whole bundle anew for every
  // connection.
  set_option(easy, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  set_option(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  set_option(easy, CURLOPT_TCP_KEEPIDLE, keep_alive_idle_s);
  set_option(easy, CURLOPT_TCP_KEEPINTVL, keep_alive_idle_s);
  set_option(easy, CURLOPT_BUFFERSIZE, receive_buffer_bytes);
  set_option(easy, CURLOPT_UPLOAD_BUFFERSIZE, upload_buffer_bytes);
  set_option(easy, CURLOPT_WRITEFUNCTION, &take_body);
  set_option(easy, CURLOPT_WRITEDATA, &transfer);
  set_option(easy, CURLOPT_PREREQFUNCTION, &before_first_byte);
  set_option(easy, CURLOPT_PREREQDATA, &transfer);
}

void prepare(Transfer& transfer, const FormPost& request, const std::string& boundary) {
  CURL* easy = transfer.easy.get();
  transfer.tls = is_https(request.url);
  transfer.too_long = false;
  transfer.repeatable = !request.fresh_connection;
  transfer.may_leave = request.may_leave;
  transfer.withdrawn = false;
  transfer.words[0] = '\0';
  transfer.body = {};
  transfer.body_bytes_max = request.body_bytes_max;
  set_option(easy, CURLOPT_URL, request.url.c_str());
  set_option(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds(request.connect_max));
  set_option(easy, CURLOPT_TIMEOUT_MS, milliseconds(request.total_max));
  set_option(easy, CURLOPT_FRESH_CONNECT, request.fresh_connection ? 1L : 0L);

  transfer.form = write_multipart(request.fields, boundary);
  set_option(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(transfer.form.size()));
  set_option(easy, CURLOPT_POSTFIELDS, transfer.form.data());
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
    return ReceivedResponse{static_cast<int>(status), std::move(transfer.body), date_of(transfer.easy.get()),
                            base::Duration{info(transfer.easy.get(), CURLINFO_TOTAL_TIME_T)}};
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
