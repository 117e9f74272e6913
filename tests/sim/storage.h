#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/ports/settings.h"
#include "app/ports/vault.h"
#include "storage/sqlite/store.h"
#include "storage/store.h"
#include "support/memory_store.h"
#include "support/temp_folder.h"

namespace sms_notifier::sim {

/// A store that can be put back to an earlier copy of itself.
class Storage {
 public:
  virtual ~Storage() = default;
  virtual storage::Store& ledger() = 0;
  virtual app::Settings& settings() = 0;
  virtual void keep_copy() = 0;
  virtual void put_copy_back() = 0;
};

class MemoryStorage final : public Storage {
 public:
  storage::Store& ledger() override { return store_; }
  app::Settings& settings() override { return store_; }
  void keep_copy() override { copy_ = store_; }
  void put_copy_back() override { store_ = *copy_; }

 private:
  test_support::MemoryStore store_;
  std::optional<test_support::MemoryStore> copy_;
};

class SqliteStorage final : public Storage {
 public:
  SqliteStorage();
  storage::Store& ledger() override { return *store_; }
  app::Settings& settings() override { return *store_; }
  void keep_copy() override;
  void put_copy_back() override;

 private:
  void copy(const std::string& from, const std::string& to);

  test_support::TempFolder folder_;
  std::unique_ptr<app::Vault> vault_;
  std::unique_ptr<storage::Store> store_;
};

}  // namespace sms_notifier::sim
