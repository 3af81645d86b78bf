// Random salts for the parts of entries.
#pragma once

#include <array>

#include "broker/core/core.h"
#include "schemas/base/clock.h"

namespace safeconduct::broker {

class RandomSalts final : public core::Salts {
 public:
  explicit RandomSalts(Random& random) : random_(random) {}
  Digest next() override {
    if (next_ == drawn_.size()) {
      random_.fill({drawn_.front().data(), drawn_.size() * sizeof(Digest)});
      next_ = 0;
    }
    return drawn_[next_++];
  }

 private:
  Random& random_;
  std::array<Digest, 32> drawn_{};  // a system call for each would be felt
  std::size_t next_ = drawn_.size();
};

}  // namespace safeconduct::broker
