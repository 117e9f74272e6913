#pragma once

#include <optional>
#include <string>

#include "app/ports/password_desk.h"
#include "app/ports/sessions.h"
#include "app/ports/token_mint.h"
#include "app/ports/users.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/task.h"
#include "domain/sentence.h"

namespace sms_notifier::app {

/// The name as it is stored. Errors say what is allowed.
base::Result<std::string, domain::Sentence> check_user_name(const std::string& typed);
/// What is wrong with a new password; nothing when it will do.
std::optional<domain::Sentence> check_new_password(const base::Secret& password);

/// Why nothing was changed.
struct PeopleRefusal {
  enum class Why {
    NotAllowed,  ///< name or password: `words` say what is
    NameTaken,
    NoSuchUser,
    LastUser,
    Busy,  ///< too many passwords are waiting to be hashed: again in a minute
  };
  Why why = Why::Busy;
  domain::Sentence words;  ///< for the person
};
/// The user's name as it is stored.
using PeopleResult = base::Result<std::string, PeopleRefusal>;

base::task<PeopleResult> add_user(Users& users, PasswordDesk& desk, std::string typed_name,
                                  base::Secret password, Act act);
/// Only as long as there is no user; NameTaken when there is one by now.
base::task<PeopleResult> add_first_user(Users& users, PasswordDesk& desk, std::string typed_name,
                                        base::Secret password, Act act);
/// Ends the user's sessions. Whether the actor may change it is the caller's to know.
base::task<PeopleResult> change_password(Users& users, PasswordDesk& desk, std::string name,
                                         base::Secret password, Act act);
/// Ends the user's sessions and API tokens, too.
base::task<PeopleResult> remove_user(Users& users, std::string name, Act act);

/// Lets the user in: the token of a new session. The password has been verified before.
base::task<std::string> start_session(Sessions& sessions, TokenMint& mint, domain::UserId user,
                                      std::string browser, SessionLimits limits, Act act);

/// What a program is to send; shown once, and not stored.
struct NewToken {
  std::string name;
  std::string token;
};
/// The error says what names are allowed.
base::task<base::Result<NewToken, domain::Sentence>> add_token(Sessions& sessions, TokenMint& mint,
                                                               domain::UserId user, std::string typed_name,
                                                               Act act);

}  // namespace sms_notifier::app
