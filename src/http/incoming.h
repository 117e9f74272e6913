#pragma once

#include <cstddef>
#include <string_view>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "http/server.h"

/// Requests as they come in, held against what may come in.
namespace sms_notifier::http {

using RequestParser = boost::beast::http::request_parser<boost::beast::http::string_body>;

/// A request as far as it was read, and what its answer depends on.
struct Incoming {
  Request request;
  bool head_only = false;  ///< HEAD
  bool chunks_known = false;
  bool keep_alive = false;
};

/// Reads out what the parser knows by now. Trailers must not have been read yet: the parser puts them among
/// the headers.
void take_head(const RequestParser& parser, Incoming& incoming);

/// Holds every byte of a request against a limit, wherever the parser keeps it.
class ByteCount {
 public:
  ByteCount(std::size_t head_max, std::size_t framing_max) : head_max_(head_max), framing_max_(framing_max) {}

  /// `left` bytes wait in the buffer, after the parser took `used`. While it took nothing, all of them belong
  /// to a line that it waits for the end of.
  bool head_fits(std::size_t used, std::size_t left) {
    taken_ += used;
    return taken_ + left <= head_max_;
  }
  void head_ended() { taken_ = 0; }
  bool body_fits(std::size_t used, std::size_t left, std::size_t body_bytes) {
    taken_ += used;
    if (used == 0 && left > framing_max_) return false;
    return taken_ <= body_bytes ||
           taken_ - body_bytes <= framing_max_ + framing_bytes_per_body_byte * body_bytes;
  }

 private:
  /// A chunk of one byte comes with five more: so many bytes around each byte of a body are nothing unusual.
  static constexpr std::size_t framing_bytes_per_body_byte = 8;

  const std::size_t head_max_;
  const std::size_t framing_max_;
  std::size_t taken_ = 0;
};

/// Whether every proxy between the client and here has seen the same request as we do. Beast takes no notice
/// of a coding that it does not know, and would take the body for the next request.
bool is_unmistakable(const RequestParser::value_type& head);

/// Whether a header goes on in a line that begins with a space, or what looks like a header does. Who reads
/// that line in another way sees another request. `request` begins with a whole head.
bool has_folded_line(std::string_view request);

/// The HTTP status with which a request is refused that Beast gave up on.
int refusal_status(const boost::system::error_code& error);

}  // namespace sms_notifier::http
