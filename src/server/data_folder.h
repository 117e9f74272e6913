#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/secret.h"

namespace sms_notifier::server {

/// Where the program keeps its database and its key.
struct DataFolder {
  std::filesystem::path path;

  std::filesystem::path key_file() const { return path / "secret.key"; }
  std::filesystem::path log_token_file() const { return path / "log.token"; }
  /// Is there when the folder is the demo's, whose user has a password that everybody knows.
  std::filesystem::path demo_mark() const { return path / "sms-notifier.demo"; }
  std::filesystem::path default_database() const { return path / "sms-notifier.db"; }
};

/// `$XDG_DATA_HOME/sms-notifier`, `~/.local/share/sms-notifier`, or `/var/lib/sms-notifier` for root.
std::filesystem::path default_data_path();

/// Makes the folder (0700) if it is not there. Throws std::runtime_error with a sentence for the user, also
/// when others may write into the folder: they could put a key and a database of theirs there.
void make_data_folder(const DataFolder& folder);

/// Takes the database, and the files that SQLite keeps beside it, away from others who may read or write
/// them. Gives a sentence for the user when it had to; throws std::runtime_error with one when it cannot.
std::optional<std::string> close_database_to_others(const std::filesystem::path& database);

/// Makes the folder the demo's. Throws std::runtime_error with a sentence for the user when it holds anything
/// that is not the demo's.
void claim_for_demo(const DataFolder& folder);

/// The key that seals credentials: `given` (SMS_NOTIFIER_SECRET_KEY) or the key file, which is made (0600)
/// when there is neither a key nor a database yet. Throws std::runtime_error when the key is missing although
/// a database is there, and when others may read it: then it is no secret any more, which its owner must
/// know.
base::Secret load_or_make_key(const DataFolder& folder, const std::optional<std::string>& given,
                              const std::filesystem::path& database);

/// The token of POST /log/ where none is configured: kept in a file of its own (0600), made when it is not
/// there. Throws std::runtime_error with a sentence for the user.
base::Secret load_or_make_log_token(const DataFolder& folder);

/// What a password file holds: a byte order mark at its start and one line break at its end do not count. `-`
/// reads standard input. Throws std::runtime_error when the file cannot be read or is UTF-16.
base::Secret read_password_file(const std::string& file);

}  // namespace sms_notifier::server
