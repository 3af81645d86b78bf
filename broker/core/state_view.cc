#include "broker/core/state_view.h"

namespace safeconduct::core {
namespace {

template <class Map>
auto first_from(const Map& map, ByteView from) {
  return map.lower_bound(to_bytes(from));
}

}  // namespace

std::optional<Bytes> Overlay::get(ByteView key) const {
  const auto at = changes_.find(to_bytes(key));
  return at != changes_.end() ? at->second : below_.get(key);
}

void Overlay::range(ByteView from, ByteView to, const Visit& visit) const {
  const Bytes end = to_bytes(to);
  auto mine = first_from(changes_, from);
  bool going = true;
  // Own changes up to `key` (all of them at the end); those at `key` itself shadow what lies below.
  const auto visit_own_before = [&](ByteView key, bool at_end) {
    for (; going && mine != changes_.end() && mine->first < end; ++mine) {
      if (!at_end && !(mine->first < to_bytes(key))) return;
      if (mine->second) going = visit(mine->first, *mine->second);
    }
  };
  below_.range(from, to, [&](ByteView key, ByteView value) {
    visit_own_before(key, false);
    if (!going) return false;
    const bool shadowed = mine != changes_.end() && equal(mine->first, key);
    if (!shadowed) going = visit(key, value);
    return going;
  });
  visit_own_before({}, true);
}

std::optional<Bytes> MapState::get(ByteView key) const {
  const auto at = state_.find(to_bytes(key));
  return at != state_.end() ? std::optional(at->second) : std::nullopt;
}

void MapState::range(ByteView from, ByteView to, const Visit& visit) const {
  const Bytes end = to_bytes(to);
  for (auto at = first_from(state_, from); at != state_.end() && at->first < end; ++at) {
    if (!visit(at->first, at->second)) return;
  }
}

void MapState::apply(const Overlay::Changes& changes) {
  for (const auto& [key, value] : changes) {
    if (value) {
      state_[key] = *value;
    } else {
      state_.erase(key);
    }
  }
}

}  // namespace safeconduct::core
