#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/both.h"
#include "base/task.h"
#include "http/server.h"

namespace sms_notifier::web {

/// The next piece of a long text; empty at its end.
using NextPiece = std::function<base::task<std::string>()>;

/// A CSV file that is written as it is read: `next` is asked until it has nothing more.
http::Response csv_text_download(const std::string& file_name, const std::string& header_line,
                                 NextPiece next);

/// Makes lines of a source's rows, and lets the store look for the next rows meanwhile.
template <class Source>
class LineReader {
 public:
  explicit LineReader(Source source) : source_(std::move(source)) {}

  base::task<std::string> next() {
    if (!rows_) rows_ = co_await source_.next();
    if (rows_->empty()) co_return std::string();
    auto [next_rows, lines] = co_await base::both(source_.next(), lines_of(*rows_));
    rows_ = std::move(next_rows);
    co_return std::move(lines);
  }

 private:
  using Rows = typename decltype(std::declval<Source&>().next())::value_type;

  base::task<std::string> lines_of(const Rows& rows) {
    std::string lines;
    for (const auto& row : rows) lines += source_.lines(row);
    co_return lines;
  }

  Source source_;
  std::optional<Rows> rows_;  ///< read, and not written; none before the first
};

/// A CSV file of all rows that `source.next()` gives, which has none at the end; `source.lines(row)` is what
/// is written of each.
template <class Source>
http::Response csv_download(const std::string& file_name, const std::string& header_line, Source source) {
  const auto reader = std::make_shared<LineReader<Source>>(std::move(source));
  return csv_text_download(file_name, header_line, [reader] { return reader->next(); });
}

}  // namespace sms_notifier::web
