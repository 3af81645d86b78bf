// The core's state in memory, for a replay of many decisions: a value is read and written at the
// same cost however many there are. Order is made for the keys of one letter (broker/core/keys.h)
// when a range of them is first asked for, and kept from then on.
#pragma once

#include <array>
#include <set>
#include <unordered_map>

#include "broker/core/state_view.h"

namespace safeconduct::audit {

class MemoryState final : public core::StateView {
 public:
  MemoryState() = default;
  MemoryState(const MemoryState&) = delete;
  MemoryState& operator=(const MemoryState&) = delete;

  [[nodiscard]] std::optional<Bytes> get(ByteView key) const override;
  void range(ByteView from, ByteView to, const Visit& visit) const override;
  void apply(const core::Changes& changes);

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(ByteView key) const {
      return std::hash<std::string_view>()(text_of(key));
    }
  };
  struct Same {
    using is_transparent = void;
    bool operator()(ByteView a, ByteView b) const { return equal(a, b); }
  };
  struct Letter {
    std::unordered_map<Bytes, Bytes, Hash, Same> values;
    std::set<ByteView, core::InByteOrder> order;  // of the keys above
    bool ordered = false;
  };

  mutable std::array<Letter, 256> letters_;
};

}  // namespace safeconduct::audit
