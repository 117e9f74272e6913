#pragma once

#include <functional>
#include <string>

#include "http/server.h"

namespace sms_notifier::web {

/// The next piece of a long text; empty at its end.
using NextPiece = std::function<base::task<std::string>()>;

/// A CSV file that is written as it is read: `next` is asked until it has nothing more.
http::Response csv_download(const std::string& file_name, const std::string& header_line, NextPiece next);

}  // namespace sms_notifier::web
