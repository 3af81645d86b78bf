// What a tick does with sealed bodies: the core's effects in their order, made into writes.
#pragma once

#include <map>

#include "broker/store/store.h"
#include "schemas/wire/messages.h"

namespace safeconduct::broker {

// The slots of `kept` only: what is not kept is gone, ciphertext and wrap.
[[nodiscard]] wire::Sealed only_kept(const wire::Sealed& sealed, std::uint64_t kept);

class BodyPlan {
 public:
  explicit BodyPlan(const store::Store& store) : store_(store) {}

  // A submission of this tick.
  void came(const MessageId& message, wire::Sealed sealed) {
    arrived_[message] = std::move(sealed);
  }
  // Errors: kCorrupt, kIo.
  [[nodiscard]] Status take(const std::vector<core::BodyEffect>& effects);
  // The body of a message that is given, with the slots of `kept`. Errors: kCorrupt, kIo.
  [[nodiscard]] Result<wire::Sealed> give(const MessageId& message, std::uint64_t kept) const;

  [[nodiscard]] std::vector<store::BodyWrite> writes() const;

 private:
  [[nodiscard]] Result<wire::Sealed> stored(const MessageId& message) const;

  const store::Store& store_;
  std::map<MessageId, wire::Sealed> arrived_;
  struct Planned {
    core::BodyFate fate = core::BodyFate::kDrop;
    std::uint64_t kept = 0;
  };
  std::map<MessageId, Planned> planned_;
};

}  // namespace safeconduct::broker
