#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "app/ports/log_book.h"
#include "app/ports/settings.h"
#include "base/task.h"
#include "storage/store.h"

namespace sms_notifier::torture {

/// A store behind the ports that the workload uses.
struct Books {
  storage::Store& ledger;
  app::Settings& settings;
  app::LogBook& log;
};

template <class Store>
Books books_of(Store& store) {
  return {store, store, store};
}

/// All that a store says about calls, replies, callers, profiles and the log: equal for two stores that hold
/// the same.
std::string told_by(Books books);

/// What has been asked of the store, in the order in which it does it, and how much of it was answered.
class History {
 public:
  struct Operation {
    std::function<base::task<>(Books)> repeat;
    bool is_claim = false;
  };

  void ask(Operation operation) {
    operations_.push_back(std::move(operation));
    asked_ = operations_.size();
  }
  /// The first `count` operations are durable.
  void answer(std::size_t count) {
    if (count > answered_) answered_ = count;
  }
  /// The power failed, and this much is left.
  void forget_after(std::size_t count) {
    operations_.resize(count);
    asked_ = count;
    answered_ = count;
  }
  const std::vector<Operation>& operations() const { return operations_; }

  // From any thread.
  std::size_t asked() const { return asked_; }
  std::size_t answered() const { return answered_; }

 private:
  std::vector<Operation> operations_;
  std::atomic<std::size_t> asked_ = 0;
  std::atomic<std::size_t> answered_ = 0;
};

/// What a service and its owner do to the store, by seeded chance, several at once: calls are recorded,
/// replies claimed, settled and resolved, calls revised, profiles stopped, started and edited, callers
/// blocked and opted out, lines logged. Everything runs on one loop, and the store does what it is asked in
/// the order of asking.
class Workload {
 public:
  /// `after_answer` is called whenever an operation was answered.
  Workload(Books books, History& history, std::uint64_t seed, std::function<void()> after_answer)
      : books_(books), history_(history), chance_(seed), after_answer_(std::move(after_answer)) {}

  /// The accounts and profiles of a new database; on an older one, what a service does when it starts.
  base::task<> begin();
  base::task<> work_on_calls(int steps);
  base::task<> work_as_owner(int steps);

 private:
  template <class T>
  base::task<T> perform(std::function<base::task<T>(Books)> what, bool is_claim = false);

  base::task<> record_some();
  base::task<> carry_on(app::OpenReply reply);
  base::task<> claim(app::OpenReply reply);
  base::task<> resolve(app::OpenReply reply);
  app::DecidedCall new_call();
  std::uint64_t below(std::uint64_t end) { return chance_() % end; }
  std::string provider_id() { return std::to_string(history_.asked() + 1'000'000); }

  Books books_;
  History& history_;
  std::mt19937_64 chance_;
  std::function<void()> after_answer_;
  std::deque<app::OpenReply> open_;
  std::map<domain::CallId, domain::Call> calls_;  ///< with their legs, as recorded
};

}  // namespace sms_notifier::torture
