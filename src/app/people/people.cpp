#include "app/people/people.h"

#include <algorithm>

#include "domain/sentences.h"
#include "domain/text.h"

namespace sms_notifier::app {
namespace {

constexpr std::size_t name_characters_max = 100;
constexpr std::size_t password_characters_min = 8;
/// Longer ones would only cost time to hash.
constexpr std::size_t password_bytes_max = 1000;

using Why = PeopleRefusal::Why;

PeopleRefusal no_such_user(const std::string& name) {
  return {Why::NoSuchUser, {"there is no user \"{}\""_key, name}};
}

/// The hash of a password that will do.
base::task<base::Result<std::string, PeopleRefusal>> hash_of_new(PasswordDesk& desk, base::Secret password) {
  if (const auto error = check_new_password(password)) co_return PeopleRefusal{Why::NotAllowed, *error};
  std::optional<std::string> hash = co_await desk.hash(password);
  if (!hash) co_return PeopleRefusal{Why::Busy, "too many people are logging in: try again in a minute"_key};
  co_return std::move(*hash);
}

struct NewUser {
  std::string name;
  std::string password_hash;
};
base::task<base::Result<NewUser, PeopleRefusal>> checked_user(PasswordDesk& desk, std::string typed_name,
                                                              base::Secret password) {
  const base::Result<std::string, domain::Sentence> name = check_user_name(typed_name);
  if (!name) co_return PeopleRefusal{Why::NotAllowed, name.error()};
  const auto hash = co_await hash_of_new(desk, password);
  if (!hash) co_return hash.error();
  co_return NewUser{*name, *hash};
}

}  // namespace

base::Result<std::string, domain::Sentence> check_user_name(const std::string& typed) {
  const std::string name(domain::trimmed(typed));
  const bool has_control =
      std::any_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  if (name.empty() || has_control || !domain::is_valid_utf8(name) ||
      domain::character_count(name) > name_characters_max)
    return domain::Sentence("the name \"{}\" is not allowed: give 1 to 100 characters"_key,
                            domain::one_line(typed, 200));
  return name;
}

std::optional<domain::Sentence> check_new_password(const base::Secret& password) {
  if (domain::character_count(password.reveal()) < password_characters_min)
    return "the password is too short: give at least 8 characters"_key;
  if (password.reveal().size() > password_bytes_max)
    return "the password is too long: give at most 1000 bytes"_key;
  return std::nullopt;
}

base::task<PeopleResult> add_user(Users& users, PasswordDesk& desk, std::string typed_name,
                                  base::Secret password, Act act) {
  const auto user = co_await checked_user(desk, typed_name, password);
  if (!user) co_return user.error();
  const bool added = co_await users.add_user(user->name, user->password_hash, act);
  if (!added)
    co_return PeopleRefusal{Why::NameTaken,
                            {"the user \"{}\" already exists: change the password instead"_key, user->name}};
  co_return user->name;
}

base::task<PeopleResult> add_first_user(Users& users, PasswordDesk& desk, std::string typed_name,
                                        base::Secret password, Act act) {
  const auto user = co_await checked_user(desk, typed_name, password);
  if (!user) co_return user.error();
  const bool first = co_await users.add_first_user(user->name, user->password_hash, act);
  if (!first) co_return PeopleRefusal{Why::NameTaken, "there is a user already: log in"_key};
  co_return user->name;
}

base::task<PeopleResult> change_password(Users& users, PasswordDesk& desk, std::string name,
                                         base::Secret password, Act act) {
  const auto hash = co_await hash_of_new(desk, password);
  if (!hash) co_return hash.error();
  const bool changed = co_await users.set_password(name, *hash, act);
  if (!changed) co_return no_such_user(name);
  co_return name;
}

base::task<PeopleResult> remove_user(Users& users, std::string name, Act act) {
  const Users::RemoveResult removed = co_await users.remove_user(name, act);
  switch (removed) {
    case Users::RemoveResult::Done:
      co_return name;
    case Users::RemoveResult::NoSuchUser:
      co_return no_such_user(name);
    case Users::RemoveResult::LastUser:
      co_return PeopleRefusal{Why::LastUser, "the last user cannot be removed: add another first"_key};
  }
  co_return no_such_user(name);
}

base::task<std::string> start_session(Sessions& sessions, TokenMint& mint, domain::UserId user,
                                      std::string browser, SessionLimits limits, Act act) {
  const std::string token = mint.make();
  const std::string hash = mint.hash(token);
  co_await sessions.add_session(hash, user, browser, limits, act);
  co_return token;
}

base::task<base::Result<NewToken, domain::Sentence>> add_token(Sessions& sessions, TokenMint& mint,
                                                               domain::UserId user, std::string typed_name,
                                                               Act act) {
  const base::Result<std::string, domain::Sentence> name = check_user_name(typed_name);
  if (!name) co_return name.error();
  const std::string token = mint.make();
  const std::string hash = mint.hash(token);
  co_await sessions.add_token(hash, user, *name, act);
  co_return NewToken{*name, token};
}

}  // namespace sms_notifier::app
