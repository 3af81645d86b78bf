#include "broker/audit/memory_state.h"

namespace safeconduct::audit {

std::optional<Bytes> MemoryState::get(ByteView key) const {
  if (key.empty()) return std::nullopt;
  const Letter& letter = letters_[key[0]];
  const auto at = letter.values.find(key);
  return at != letter.values.end() ? std::optional(at->second) : std::nullopt;
}

void MemoryState::range(ByteView from, ByteView to, const Visit& visit) const {
  constexpr core::InByteOrder before;
  if (to.empty() || !before(from, to)) return;
  for (std::size_t first = from.empty() ? 0 : from[0]; first <= to[0]; ++first) {
    Letter& letter = letters_[first];
    if (letter.values.empty()) continue;
    if (!letter.ordered) {
      for (const auto& [key, value] : letter.values) letter.order.insert(key);
      letter.ordered = true;
    }
    for (auto at = letter.order.lower_bound(from); at != letter.order.end(); ++at) {
      if (!before(*at, to)) return;
      if (!visit(*at, letter.values.find(*at)->second)) return;
    }
  }
}

void MemoryState::apply(const core::Changes& changes) {
  for (const core::Change& change : changes) {
    Letter& letter = letters_[change.key[0]];
    auto at = letter.values.find(change.key);
    if (!change.value) {
      if (at == letter.values.end()) continue;
      if (letter.ordered) letter.order.erase(at->first);
      letter.values.erase(at);
    } else if (at != letter.values.end()) {
      at->second.assign(change.value->begin(), change.value->end());
    } else {
      at = letter.values.emplace(to_bytes(change.key), to_bytes(*change.value)).first;
      if (letter.ordered) letter.order.insert(at->first);
    }
  }
}

}  // namespace safeconduct::audit
