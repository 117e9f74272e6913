#pragma once

#include <string>
#include <vector>

#include "domain/sentence.h"

/// A sentence takes two columns: its text, and its values as JSON.
namespace sms_notifier::storage {

/// Empty for what was written elsewhere: NULL in the database.
std::string values_column(const domain::Sentence& sentence);
/// Values that cannot be read throw: no other program writes them.
domain::Sentence sentence(std::string text, const std::string& values_column);

}  // namespace sms_notifier::storage
