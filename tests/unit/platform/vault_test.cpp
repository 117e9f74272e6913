#include "platform/vault.h"

#include <gtest/gtest.h>

namespace sms_notifier::platform {
namespace {

TEST(Vault, OpensWhatItSealed) {
  const auto vault = make_vault(make_vault_key());
  const std::string sealed = vault->seal(base::Secret("a password"));
  EXPECT_EQ(sealed.find("password"), std::string::npos);
  EXPECT_EQ(vault->open(sealed)->reveal(), "a password");
}

TEST(Vault, SealsTheSameTextDifferentlyEachTime) {
  const auto vault = make_vault(make_vault_key());
  EXPECT_NE(vault->seal(base::Secret("x")), vault->seal(base::Secret("x")));
}

TEST(Vault, RefusesAnotherKeysTextAndChangedText) {
  const auto vault = make_vault(make_vault_key());
  std::string sealed = vault->seal(base::Secret("a password"));
  EXPECT_FALSE(make_vault(make_vault_key())->open(sealed));
  sealed[sealed.size() / 2] = sealed[sealed.size() / 2] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(vault->open(sealed));
  EXPECT_FALSE(vault->open(""));
  EXPECT_FALSE(vault->open("not sealed"));
}

TEST(Vault, RefusesAKeyThatIsDamaged) {
  EXPECT_THROW(make_vault(base::Secret("short")), std::runtime_error);
}

TEST(PasswordHasher, VerifiesOnlyTheSamePassword) {
  const auto hasher = make_password_hasher();
  const std::string hash = hasher->hash(base::Secret("correct horse"));
  EXPECT_TRUE(hash.starts_with("$argon2id$"));
  EXPECT_TRUE(hasher->verify(base::Secret("correct horse"), hash));
  EXPECT_FALSE(hasher->verify(base::Secret("correct house"), hash));
  EXPECT_FALSE(hasher->needs_upgrade(hash));
}

/// Each would take more memory or time than a stranger's try may cost, or is no hash.
TEST(PasswordHasher, DoesNotWorkOnAHashOfAbsurdCost) {
  const auto hasher = make_password_hasher();
  const std::string rest = "$c29tZXNhbHRzb21lc2FsdA$Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXU";
  for (const std::string cost :
       {"v=19$m=4294967295,t=2,p=1", "v=19$m=16777216,t=2,p=1", "v=19$m=65536,t=4294967295,p=1",
        "v=19$m=65536,t=1000000,p=1", "v=19$m=65536,t=2,p=16777215", "v=19$m=99999999999,t=2,p=1",
        "v=19$m=65536,t=-1,p=1", "v=19$m=,t=2,p=1", "m=65536,t=2,p=1", ""}) {
    const std::string hash = "$argon2id$" + cost + rest;
    EXPECT_FALSE(hasher->verify(base::Secret("x"), hash)) << hash;
    EXPECT_TRUE(hasher->needs_upgrade(hash)) << hash;
  }
  EXPECT_FALSE(
      hasher->verify(base::Secret("x"), "$argon2id$v=19$m=65536,t=2,p=1$" + std::string(100'000, 'A')));
}

}  // namespace
}  // namespace sms_notifier::platform
