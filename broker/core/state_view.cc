#include "broker/core/state_view.h"

namespace safeconduct::core {
namespace {

constexpr std::size_t kSlotsAtFirst = 256;

// Whoever makes two keys meet slows one tick of a few hundred keys a little.
std::size_t hash_of(ByteView key) {
  std::uint64_t hash = key.size() * 0x9e3779b97f4a7c15u;
  for (std::size_t at = 0; at < key.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, key.data() + at, std::min<std::size_t>(8, key.size() - at));
    hash = (hash ^ word) * 0xff51afd7ed558ccdu;
    hash ^= hash >> 32;
  }
  return static_cast<std::size_t>(hash);
}

}  // namespace

// Where the key is, or the free slot where it belongs.
std::size_t Overlay::slot_for(ByteView key) const {
  std::size_t slot = hash_of(key) & (slots_.size() - 1);
  while (slots_[slot] != 0 && !equal(entries_[slots_[slot] - 1].key(), key)) {
    slot = (slot + 1) & (slots_.size() - 1);
  }
  return slot;
}

const Overlay::Entry* Overlay::find(ByteView key) const {
  if (slots_.empty()) return nullptr;
  const Place place = slots_[slot_for(key)];
  return place != 0 ? &entries_[place - 1] : nullptr;
}

void Overlay::grow() const {
  slots_.assign(std::max(kSlotsAtFirst, 4 * slots_.size()), 0);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    slots_[slot_for(entries_[i].key())] = static_cast<Place>(i + 1);
  }
}

Overlay::Entry& Overlay::entry(ByteView key) {
  Entry& out = place(key);
  if (!out.changed) letters_[key[0]].places.push_back(static_cast<Place>(&out - entries_.data()));
  out.changed = true;
  return out;
}

Overlay::Entry& Overlay::place(ByteView key) const {
  SC_CHECK(!key.empty() && key.size() <= kKeyBytesMax);
  if (2 * (entries_.size() + 1) > slots_.size()) grow();
  const std::size_t slot = slot_for(key);
  if (slots_[slot] != 0) return entries_[slots_[slot] - 1];
  Entry& out = entries_.emplace_back();
  out.key_size = static_cast<std::uint8_t>(key.size());
  std::memcpy(out.key_bytes.data(), key.data(), key.size());
  slots_[slot] = static_cast<Place>(entries_.size());
  return out;
}

std::optional<Bytes> Overlay::get(ByteView key) const {
  if (const Entry* own = find(key)) return own->value;
  auto below = below_.get(key);
  if (!below) place(key);
  return below;
}

void Overlay::sort(Letter& letter) const {
  const auto before = [&](Place a, Place b) {
    return InByteOrder()(entries_[a].key(), entries_[b].key());
  };
  const auto tail = letter.places.begin() + static_cast<std::ptrdiff_t>(letter.sorted);
  if (tail == letter.places.end()) return;
  std::sort(tail, letter.places.end(), before);
  std::inplace_merge(letter.places.begin(), tail, letter.places.end(), before);
  letter.sorted = letter.places.size();
}

std::vector<const Overlay::Entry*> Overlay::own(ByteView from, ByteView to) const {
  constexpr InByteOrder before;
  std::vector<const Entry*> out;
  if (to.empty() || !before(from, to)) return out;
  for (std::size_t first = from.empty() ? 0 : from[0]; first <= to[0]; ++first) {
    Letter& letter = letters_[first];
    if (letter.places.empty()) continue;
    sort(letter);
    const auto below = [&](Place place, ByteView key) {
      return before(entries_[place].key(), key);
    };
    auto at = std::lower_bound(letter.places.begin(), letter.places.end(), from, below);
    for (; at != letter.places.end() && before(entries_[*at].key(), to); ++at) {
      out.push_back(&entries_[*at]);
    }
  }
  return out;
}

void Overlay::range(ByteView from, ByteView to, const Visit& visit) const {
  constexpr InByteOrder before;
  const std::vector<const Entry*> mine = own(from, to);
  auto next = mine.begin();
  bool going = true;
  // Own entries up to `key` (all of them at the end); one at `key` itself shadows what lies below.
  const auto visit_own_before = [&](ByteView key, bool at_end) {
    for (; going && next != mine.end(); ++next) {
      if (!at_end && !before((*next)->key(), key)) return;
      if ((*next)->value) going = visit((*next)->key(), *(*next)->value);
    }
  };
  below_.range(from, to, [&](ByteView key, ByteView value) {
    visit_own_before(key, false);
    if (!going) return false;
    const bool shadowed = next != mine.end() && equal((*next)->key(), key);
    if (!shadowed) going = visit(key, value);
    return going;
  });
  visit_own_before({}, true);
}

Changes Overlay::changes() const {
  Changes out;
  for (Letter& letter : letters_) {
    sort(letter);
    for (const Place place : letter.places) {
      const Entry& entry = entries_[place];
      out.push_back(
          {entry.key(), entry.value ? std::optional<ByteView>(*entry.value) : std::nullopt});
    }
  }
  return out;
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

void MapState::apply(const Changes& changes) {
  for (const Change& change : changes) {
    if (change.value) {
      state_[to_bytes(change.key)] = to_bytes(*change.value);
    } else {
      const auto at = state_.find(change.key);
      if (at != state_.end()) state_.erase(at);
    }
  }
}

}  // namespace safeconduct::core
