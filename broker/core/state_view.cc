#include "broker/core/state_view.h"

namespace safeconduct::core {
std::optional<Bytes> Overlay::get(ByteView key) const {
  const auto at = changes_.find(key);
  return at != changes_.end() ? at->second : below_.get(key);
}

void Overlay::range(ByteView from, ByteView to, const Visit& visit) const {
  constexpr InByteOrder before;
  auto mine = changes_.lower_bound(from);
  bool going = true;
  // Own changes up to `key` (all of them at the end); those at `key` itself shadow what lies below.
  const auto visit_own_before = [&](ByteView key, bool at_end) {
    for (; going && mine != changes_.end() && before(mine->first, to); ++mine) {
      if (!at_end && !before(mine->first, key)) return;
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
  const auto at = state_.find(key);
  return at != state_.end() ? std::optional(at->second) : std::nullopt;
}

void MapState::range(ByteView from, ByteView to, const Visit& visit) const {
  for (auto at = state_.lower_bound(from); at != state_.end(); ++at) {
    if (!InByteOrder()(at->first, to)) return;
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
