// What a tick does with sealed bodies: the core's effects in their order, made into writes.
#pragma once

#include <deque>
#include <unordered_map>

#include "broker/store/store.h"
#include "schemas/wire/sealed_view.h"

namespace safeconduct::broker {

class BodyPlan {
 public:
  explicit BodyPlan(const store::Store& store) : store_(store) {}

  // A submission of this tick; its bytes outlive the plan.
  void came(const MessageId& message, ByteView sealed) { body(message).sealed = sealed; }
  // Errors: kCorrupt, kIo.
  [[nodiscard]] Status take(const std::vector<core::BodyEffect>& effects);
  // The body of a message that is given, with the slots of `kept`; valid as long as the plan.
  // Errors: kCorrupt, kIo.
  [[nodiscard]] Result<ByteView> give(const MessageId& message, std::uint64_t kept);

  // Once, at the end of the tick. They view the plan.
  [[nodiscard]] Result<std::vector<store::BodyWrite>> writes();

 private:
  struct Body {
    MessageId message;
    ByteView sealed;  // empty: not looked at in this tick
    bool planned = false;
    core::BodyFate fate = core::BodyFate::kDrop;
    std::uint64_t kept = 0;
    bool decoy = false;
  };
  [[nodiscard]] Body& body(const MessageId& message);
  [[nodiscard]] Status fetch(Body& body);
  [[nodiscard]] Result<ByteView> narrowed(ByteView sealed, std::uint64_t kept);

  const store::Store& store_;
  std::deque<Body> bodies_;  // in the order in which they came up
  std::unordered_map<MessageId, Body*, store::IdHash> by_message_;
  std::deque<Bytes> held_;  // bytes that lie nowhere else
};

}  // namespace safeconduct::broker
