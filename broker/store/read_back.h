// What was stored is read again and hashed, a little at a time, for as long as the broker runs: so
// that damage is found by the broker before an auditor needs the entry.
#pragma once

#include "broker/store/store.h"

namespace safeconduct::store {

class ReadBack {
 public:
  explicit ReadBack(const Store& store) : store_(store) {}

  // Reads the next entries, at most `count`; begins again after the last one. What is wrong, in one
  // sentence that names the entry; nothing when all is well. Thread: the store's.
  [[nodiscard]] std::optional<std::string> step(std::size_t count);

  [[nodiscard]] std::uint64_t next() const { return next_; }
  [[nodiscard]] std::uint64_t rounds() const { return rounds_; }

 private:
  [[nodiscard]] std::optional<std::string> check(std::uint64_t position);
  [[nodiscard]] std::optional<std::string> check_above(std::uint64_t block) const;

  const Store& store_;
  std::uint64_t next_ = 0;
  std::uint64_t rounds_ = 0;
  ledger::Frontier block_;  // of the 256 entries that next_ lies in
};

}  // namespace safeconduct::store
