#include "http/writing.h"

#include <array>
#include <charconv>
#include <chrono>

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/status.hpp>

#include "http/date.h"

namespace sms_notifier::http {
namespace {

namespace beast = boost::beast;

std::string date_of_now() {
  return to_date(std::chrono::floor<base::Duration>(std::chrono::system_clock::now()));
}

}  // namespace

bool has_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

bool breaks_header(std::string_view text) {
  return text.find_first_of("\r\n") != std::string_view::npos;
}

std::string render_head(const Response& response, bool keep_alive, bool chunked, bool length_known) {
  std::string head;
  head.reserve(256);
  const auto reason = beast::http::obsolete_reason(beast::http::int_to_status(response.status));
  head.append("HTTP/1.1 ").append(std::to_string(response.status)).append(" ").append(reason).append("\r\n");
  bool dated = false;
  for (const auto& [name, value] : response.headers) {
    head.append(name).append(": ").append(value).append("\r\n");
    dated = dated || beast::iequals(name, "Date");
  }
  if (!dated) head.append("Date: ").append(date_of_now()).append("\r\n");
  if (chunked) head.append("Transfer-Encoding: chunked\r\n");
  if (length_known && has_body(response.status))
    head.append("Content-Length: ").append(std::to_string(response.body.size())).append("\r\n");
  head.append(keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
  return head;
}

Response plain_answer(int status) {
  const auto reason = beast::http::obsolete_reason(beast::http::int_to_status(status));
  return Response::text(std::string(reason) + "\n", status);
}

base::task<bool> ConnectionWriter::write(std::string_view piece) {
  if (gone_) co_return false;
  if (piece.empty()) co_return true;  // an empty chunk would be the end
  std::string framed;
  std::string_view body = piece;
  if (chunked_) {
    std::array<char, 16> size{};
    const auto end = std::to_chars(size.data(), size.data() + size.size(), piece.size(), 16).ptr;
    framed.append(size.data(), end).append("\r\n").append(piece).append("\r\n");
    body = {};
  }
  const bool sent = co_await send_(framed, body);
  gone_ = !sent;
  co_return sent;
}

base::task<bool> ConnectionWriter::finish() {
  if (gone_) co_return false;
  const std::string_view last = chunked_ ? "0\r\n\r\n" : "";
  co_return co_await send_(last, {});
}

Response Response::text(std::string body, int status) {
  Response response;
  response.status = status;
  response.headers.emplace_back("Content-Type", "text/plain; charset=utf-8");
  response.body = std::move(body);
  return response;
}

Response Response::html(std::string body, int status) {
  Response response = text(std::move(body), status);
  response.headers.front().second = "text/html; charset=utf-8";
  return response;
}

Response Response::json(std::string body, int status) {
  Response response = text(std::move(body), status);
  response.headers.front().second = "application/json";
  return response;
}

}  // namespace sms_notifier::http
