#include "web/site/download.h"

#include "web/view/csv.h"

namespace sms_notifier::web {
namespace {

base::task<> write_all(http::BodyWriter& out, std::string start, NextPiece next) {
  bool there = co_await out.write(start);
  while (there) {
    const std::string piece = co_await next();
    if (piece.empty()) co_return;
    there = co_await out.write(piece);
  }
}

}  // namespace

http::Response csv_text_download(const std::string& file_name, const std::string& header_line,
                                 NextPiece next) {
  http::Response response;
  response.headers.emplace_back("Content-Type", "text/csv; charset=utf-8");
  response.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + file_name + "\"");
  std::string start = std::string(byte_order_mark) + header_line;
  response.stream = [start = std::move(start), next = std::move(next)](http::BodyWriter& out) {
    return write_all(out, start, next);
  };
  return response;
}

}  // namespace sms_notifier::web
