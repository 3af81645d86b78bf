#include "broker/core/clocks.h"

#include "broker/core/keys.h"

namespace safeconduct::core {

void set_bell(Overlay& tick, Bell bell, const BellId& id, Instant at) {
  tick.put(keys::bell(at, static_cast<std::uint8_t>(bell), id), {});
}

void clear_bell(Overlay& tick, Bell bell, const BellId& id, Instant at) {
  tick.erase(keys::bell(at, static_cast<std::uint8_t>(bell), id));
}

std::vector<Due> due_bells(const StateView& state, Instant now, std::size_t count) {
  std::vector<Due> out;
  if (count == 0) return out;
  state.range(keys::bell({0}, 0, {}), keys::bell(now + milliseconds(1), 0, {}),
              [&](ByteView key, ByteView) {
                Due& due = out.emplace_back();
                due.bell = static_cast<Bell>(key[9]);
                std::copy_n(key.begin() + 10, due.id.size(), due.id.begin());
                return out.size() < count;
              });
  return out;
}

}  // namespace safeconduct::core
