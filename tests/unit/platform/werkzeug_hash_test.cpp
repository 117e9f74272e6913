#include "platform/werkzeug_hash.h"

#include <gtest/gtest.h>

#include "platform/vault.h"

namespace sms_notifier::platform {
namespace {

const std::string scrypt_of_secret =
    "scrypt:32768:8:1$abcdefghij123456$"
    "00dda6ef42249f6e4ace4fb8ff72dc8e5215065cdd64742aa877a656f1930b206632943"
    "12f1feeff5ca5721b3b80222f7a85a2acaab211e952be3df93957cc33";
const std::string pbkdf2_of_secret =
    "pbkdf2:sha256:260000$abcdefghij123456$aa3aa0901510108ea9ff4d1b3e975fd3fb8a582ae9b0f7ed11daf59eb73b82da";
const std::string pbkdf2_of_umlaut =
    "pbkdf2:sha256:600000$ZyXwVuTsRqPoNmLk$1435380e8dff857484d1d92abc6dfe28d0f63a6250570bb9f5d84f92f5b78f19";

bool verifies(const std::string& password, const std::string& hash) {
  return verify_werkzeug_hash(base::Secret(password), hash);
}

std::string changed(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

TEST(WerkzeugHash, IsVerifiedWithItsPassword) {
  EXPECT_TRUE(verifies("secret", scrypt_of_secret));
  EXPECT_TRUE(verifies("secret", pbkdf2_of_secret));
  EXPECT_TRUE(verifies("pässwörd", pbkdf2_of_umlaut));
}

TEST(WerkzeugHash, IsNotVerifiedWithAnotherPassword) {
  EXPECT_FALSE(verifies("Secret", scrypt_of_secret));
  EXPECT_FALSE(verifies("", scrypt_of_secret));
  EXPECT_FALSE(verifies("secret ", pbkdf2_of_secret));
  EXPECT_FALSE(verifies("", pbkdf2_of_secret));
}

TEST(WerkzeugHash, IsNotVerifiedWithAnotherSalt) {
  EXPECT_FALSE(verifies("secret", changed(scrypt_of_secret, "$abc", "$abd")));
  EXPECT_FALSE(verifies("secret", changed(pbkdf2_of_secret, "$abc", "$abd")));
}

TEST(WerkzeugHash, ThatIsCutShortIsNobodys) {
  for (const std::string& hash : {scrypt_of_secret, pbkdf2_of_secret}) {
    EXPECT_FALSE(verifies("secret", hash.substr(0, hash.size() - 1)));
    EXPECT_FALSE(verifies("secret", hash.substr(0, hash.size() - 2)));
    EXPECT_FALSE(verifies("secret", hash.substr(0, hash.rfind('$') + 1)));
    EXPECT_FALSE(verifies("secret", hash + "0"));
  }
}

TEST(WerkzeugHash, OfAnotherMethodIsNobodys) {
  for (const char* hash :
       {"", "$", "$$", "secret", "plain$$secret", "md5$salt$5ebe2294ecd0e0f08eab7690d2a6ee69",
        "pbkdf2:sha256$salt$00", "pbkdf2:sha512:1000$salt$00", "scrypt:2:1$salt$00"})
    EXPECT_FALSE(verifies("secret", hash)) << hash;
}

TEST(WerkzeugHash, WithAbsurdCostIsRefusedWithoutWork) {
  for (const char* cost :
       {"scrypt:1073741824:8:1", "scrypt:32768:4294967295:1", "scrypt:32768:8:4294967295",
        "scrypt:2147483648:4294967295:4294967295", "scrypt:32768:8:99999999999999999999", "scrypt:0:8:1",
        "scrypt:1:8:1", "scrypt:32767:8:1", "scrypt:-2:8:1", "scrypt::8:1"})
    EXPECT_FALSE(verifies("secret", changed(scrypt_of_secret, "scrypt:32768:8:1", cost))) << cost;
  for (const char* cost : {":2000001", ":4294967295", ":99999999999999999999", ":0", ":-1", ":", ":260000x"})
    EXPECT_FALSE(verifies("secret", changed(pbkdf2_of_secret, ":260000", cost))) << cost;
}

TEST(PasswordHasher, VerifiesWerkzeugsHashesToo) {
  const auto hasher = make_password_hasher();
  EXPECT_TRUE(hasher->verify(base::Secret("secret"), scrypt_of_secret));
  EXPECT_TRUE(hasher->verify(base::Secret("secret"), pbkdf2_of_secret));
  EXPECT_FALSE(hasher->verify(base::Secret("other"), scrypt_of_secret));
}

TEST(PasswordHasher, UpgradesEveryHashButItsOwn) {
  const auto hasher = make_password_hasher();
  EXPECT_FALSE(hasher->needs_upgrade(hasher->hash(base::Secret("secret"))));
  const std::string of_less_memory =
      "$argon2id$v=19$m=8192,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$"
      "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI";
  const std::string argon2i =
      "$argon2i$v=19$m=65536,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$"
      "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI";
  for (const std::string& hash : {scrypt_of_secret, pbkdf2_of_secret, of_less_memory, argon2i, std::string()})
    EXPECT_TRUE(hasher->needs_upgrade(hash)) << hash;
}

}  // namespace
}  // namespace sms_notifier::platform
