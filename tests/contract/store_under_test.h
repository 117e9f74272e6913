#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "platform/vault.h"
#include "storage/sqlite/store.h"
#include "support/memory_store.h"
#include "support/run_task.h"
#include "support/temp_folder.h"

namespace sms_notifier::contract {

/// One of the stores, behind its ports.
class StoreUnderTest {
 public:
  virtual ~StoreUnderTest() = default;
  virtual storage::Store& ledger() = 0;
  virtual app::Settings& settings() = 0;
  virtual app::LogBook& log_book() = 0;
  virtual app::Users& users() = 0;
  virtual app::Sessions& sessions() = 0;
  virtual app::AuditTrail& audit_trail() = 0;
  virtual app::OldRecords& old_records() = 0;
};

template <class Store>
class Holder final : public StoreUnderTest {
 public:
  template <class... Args>
  explicit Holder(Args&&... args) : store_(std::forward<Args>(args)...) {}
  storage::Store& ledger() override { return *store_; }
  app::Settings& settings() override { return *store_; }
  app::LogBook& log_book() override { return *store_; }
  app::Users& users() override { return *store_; }
  app::Sessions& sessions() override { return *store_; }
  app::AuditTrail& audit_trail() override { return *store_; }
  app::OldRecords& old_records() override { return *store_; }

 private:
  std::unique_ptr<Store> store_;
};

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
      store_ =
          std::make_unique<Holder<test_support::MemoryStore>>(std::make_unique<test_support::MemoryStore>());
    else
      store_ = std::make_unique<Holder<storage::Store>>(storage::open_sqlite({path}, *vault_));
  }

  storage::Store& ledger() { return store_->ledger(); }
  app::Settings& settings() { return store_->settings(); }
  app::LogBook& log_book() { return store_->log_book(); }
  app::Users& users() { return store_->users(); }
  app::Sessions& sessions() { return store_->sessions(); }
  app::AuditTrail& audit_trail() { return store_->audit_trail(); }
  app::OldRecords& old_records() { return store_->old_records(); }

 private:
  test_support::TempFolder folder_;
  int stores_ = 0;
  std::unique_ptr<app::Vault> vault_ = platform::make_vault(platform::make_vault_key());
  std::unique_ptr<StoreUnderTest> store_;
};

#define SMS_NOTIFIER_ALL_STORES(suite)                                                      \
  INSTANTIATE_TEST_SUITE_P(AllStores, suite, ::testing::Values(Kind::Memory, Kind::Sqlite), \
                           [](const auto& i) { return i.param == Kind::Memory ? "Memory" : "Sqlite"; })

}  // namespace sms_notifier::contract
