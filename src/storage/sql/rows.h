#pragma once

#include <optional>
#include <stdexcept>
#include <string>

#include <soci/soci.h>

#include "base/time.h"
#include "domain/ids.h"
#include "domain/phone_number.h"

namespace sms_notifier::storage {

/// The integer that both databases and SOCI agree on.
using Int = long long;

// What a column holds, and back. A column that holds something else was not written by this program:
// the read ends.

inline Int to_column(base::Instant instant) {
  return instant.time_since_epoch().count();
}
/// 0 stands for none on the way in (`nullif(:x, 0)`) and out (`coalesce(x, 0)`).
inline Int to_column(const std::optional<base::Instant>& instant) {
  return instant ? to_column(*instant) : 0;
}
inline base::Instant instant(Int column) {
  return base::Instant{base::Duration{column}};
}
inline std::optional<base::Instant> optional_instant(Int column) {
  if (column == 0) return std::nullopt;
  return instant(column);
}

inline std::string to_column(const domain::PhoneNumber& number) {
  return std::string(number.digits());
}
inline std::string to_column(const domain::Did& did) {
  return std::string(did.digits());
}
inline std::string to_column(const std::optional<domain::PhoneNumber>& number) {
  return number ? to_column(*number) : std::string();
}

/// The value, or an exception that names the column.
template <class T>
T checked(std::optional<T> value, const char* column) {
  if (!value)
    throw std::runtime_error(std::string("the database is damaged: a value of ") + column +
                             " cannot be read");
  return std::move(*value);
}

inline domain::Did did(const std::string& column) {
  return checked(domain::Did::parse(column), "did");
}
inline domain::PhoneNumber number(const std::string& column) {
  return checked(domain::PhoneNumber::parse(column), "caller");
}

/// Rows touched by the last statement.
inline Int affected(soci::statement& statement) {
  return statement.get_affected_rows();
}

/// The id that the database gave to the row just inserted.
inline Int last_id(soci::session& sql, const char* table) {
  Int id = 0;
  if (!sql.get_last_insert_id(table, id)) throw std::runtime_error("the database gave no id for a new row");
  return id;
}

}  // namespace sms_notifier::storage
