#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "platform/vault.h"
#include "storage/sqlite/store.h"
#include "support/memory_store.h"
#include "support/run_task.h"
#include "support/temp_folder.h"

namespace sms_notifier::contract {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test_support::run_task;

inline constexpr base::Instant now{hours{500'000}};  // 2027-01-15 08:00, a Friday

enum class Kind { Memory, Sqlite };

/// The promises of the ports, held against every store.
class StoreContract : public ::testing::TestWithParam<Kind> {
 protected:
  StoreContract() { renew(); }

  /// Another store, with nothing in it.
  void renew() {
    store_.reset();
    const std::string path = folder_.file("test" + std::to_string(++stores_) + ".db");
    if (GetParam() == Kind::Memory)
      store_ = std::make_unique<test_support::MemoryStore>();
    else
      store_ = storage::open_sqlite({path}, *vault_);
  }

  storage::Store& ledger() { return *store_; }
  app::Settings& settings() { return *store_; }
  app::LogBook& log_book() { return *store_; }
  app::Users& users() { return *store_; }
  app::Sessions& sessions() { return *store_; }
  app::AuditTrail& audit_trail() { return *store_; }
  app::OldRecords& old_records() { return *store_; }

 private:
  test_support::TempFolder folder_;
  int stores_ = 0;
  std::unique_ptr<app::Vault> vault_ = platform::make_vault(platform::make_vault_key());
  std::unique_ptr<storage::Store> store_;
};

#define SMS_NOTIFIER_ALL_STORES(suite)                                                      \
  INSTANTIATE_TEST_SUITE_P(AllStores, suite, ::testing::Values(Kind::Memory, Kind::Sqlite), \
                           [](const auto& i) { return i.param == Kind::Memory ? "Memory" : "Sqlite"; })

}  // namespace sms_notifier::contract
