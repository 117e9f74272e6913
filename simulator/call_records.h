#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/cdr.h"
#include "domain/wall_time.h"
#include "simulator/account.h"

namespace sms_notifier::simulator {

/// What getCDR was asked for, checked.
struct CdrQuery {
  domain::Day from;
  domain::Day to;
  std::chrono::seconds shift{0};  ///< from the Eastern wall clock to the one that was asked for
  bool answered = false;
  bool no_answer = false;
  bool busy = false;
  bool failed = false;
  std::string account;   ///< empty: all
  std::string calltype;  ///< empty or `all`, `incoming`, `outgoing`, a DID
  std::string billing;   ///< empty or `all`, `free`, `billed`
  bool numbers = false;

  friend bool operator==(const CdrQuery&, const CdrQuery&) = default;
};

/// One row, as it will be given out.
struct CallRecord {
  std::string unique_id;
  std::string callerid;
  std::string did;
  std::string disposition;
  std::chrono::seconds seconds{0};
  std::string destination_type;
  std::string description;
  std::string account_field;
  base::Instant started_at;
  base::Instant visible_at;
};

/// The call records of one account. Rendered rows and whole answers are kept until something changes: most
/// polls ask the same and get the same.
class CallRecords {
 public:
  struct Listing {
    std::string rows;  ///< JSON objects, comma separated, newest first
    std::size_t count = 0;
  };

  void add(CallRecord record);
  bool change(std::string_view unique_id, const CallChange& change);
  bool remove(std::string_view unique_id);
  const Listing& list(const CdrQuery& query, base::Instant now);

  struct Row {
    CallRecord record;
    domain::WallTime wall;  ///< Eastern
    std::string rendered;   ///< empty when it must be rendered anew
  };
  const std::vector<Row>& rows() const { return rows_; }  ///< oldest first

 private:
  std::vector<Row>::iterator find(std::string_view unique_id);
  void forget_listing() { listed_.reset(); }

  std::vector<Row> rows_;
  std::chrono::seconds rendered_shift_{0};
  bool rendered_numbers_ = false;

  struct Listed {
    CdrQuery query;
    base::Instant good_until;  ///< when the next row becomes visible
    Listing listing;
  };
  std::optional<Listed> listed_;
};

}  // namespace sms_notifier::simulator
