#pragma once

#include <string>
#include <vector>

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>

namespace sms_notifier::test_support {

/// Every value of every column of every table of the file, one row a line, behind the name of the table.
inline std::string all_values(const std::string& path) {
  soci::session sql(soci::sqlite3, "dbname=\"" + path + "\" timeout=5");
  std::vector<std::string> tables;
  soci::rowset<std::string> names = (sql.prepare << "SELECT name FROM sqlite_master WHERE type = 'table'");
  for (const std::string& name : names) tables.push_back(name);
  std::string text;
  for (const std::string& table : tables) {
    std::string columns;
    soci::rowset<std::string> found =
        (sql.prepare << "SELECT 'coalesce(' || name || ', '''')' FROM pragma_table_info('" + table + "')");
    for (const std::string& column : found) columns += (columns.empty() ? "" : " || '|' || ") + column;
    soci::rowset<std::string> rows = (sql.prepare << "SELECT " + columns + " FROM " + table);
    for (const std::string& row : rows) text += table + ": " + row + "\n";
  }
  return text;
}

}  // namespace sms_notifier::test_support
