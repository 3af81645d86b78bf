// How the core reads its state: by key, and by bounded ordered range. The broker gives it the
// store, the simulator a map, replay a map that it fills itself. A tick's changes lie over it as an
// Overlay, the same class in all three.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "schemas/base/bytes.h"

namespace safeconduct::core {

// Bytes in order, also compared with views, so that a look-up copies no key.
struct InByteOrder {
  using is_transparent = void;
  bool operator()(ByteView a, ByteView b) const {
    const std::size_t shared = std::min(a.size(), b.size());
    const int order = shared == 0 ? 0 : std::memcmp(a.data(), b.data(), shared);
    return order != 0 ? order < 0 : a.size() < b.size();
  }
};

class StateView {
 public:
  virtual ~StateView() = default;

  // The value, or nothing. A view that cannot read answers nothing and says so in health(); whoever
  // runs the core asks health() before anything of the tick is kept.
  [[nodiscard]] virtual std::optional<Bytes> get(ByteView key) const = 0;

  // Calls `visit` for each key in [from, to), ascending, until it returns false. The callback must
  // not read the view.
  using Visit = std::function<bool(ByteView key, ByteView value)>;
  virtual void range(ByteView from, ByteView to, const Visit& visit) const = 0;

  [[nodiscard]] virtual Status health() const { return {}; }
};

// What one key becomes; no value: it is erased.
struct Change {
  ByteView key;
  std::optional<ByteView> value;
};
using Changes = std::vector<Change>;

// Changes of one tick over another view. Written to the store as one batch. Keys: 1..kKeyBytesMax
// bytes. A hash table, because most of a tick's reads are of what the tick wrote; order is made
// where it is asked for. What was found absent below stays so while the overlay lives and is not
// looked for again.
class Overlay final : public StateView {
 public:
  static constexpr std::size_t kKeyBytesMax = 63;

  explicit Overlay(const StateView& below) : below_(below) {}

  [[nodiscard]] std::optional<Bytes> get(ByteView key) const override;
  void range(ByteView from, ByteView to, const Visit& visit) const override;
  [[nodiscard]] Status health() const override { return below_.health(); }

  void put(ByteView key, Bytes value) { entry(key).value = std::move(value); }
  void erase(ByteView key) { entry(key).value.reset(); }

  // Ascending by key. They view the overlay, until it is changed.
  [[nodiscard]] Changes changes() const;

 private:
  using Place = std::uint32_t;
  struct Entry {
    std::uint8_t key_size = 0;
    bool changed = false;  // else only found absent below
    std::array<std::uint8_t, kKeyBytesMax> key_bytes;
    std::optional<Bytes> value;
    [[nodiscard]] ByteView key() const { return ByteView(key_bytes).first(key_size); }
  };
  // Entries whose keys begin with the same byte: the first `sorted` of them in order.
  struct Letter {
    std::vector<Place> places;
    std::size_t sorted = 0;
  };

  [[nodiscard]] Entry& entry(ByteView key);
  Entry& place(ByteView key) const;
  [[nodiscard]] const Entry* find(ByteView key) const;
  [[nodiscard]] std::size_t slot_for(ByteView key) const;
  void grow() const;
  void sort(Letter& letter) const;
  // Own entries in [from, to), ascending.
  [[nodiscard]] std::vector<const Entry*> own(ByteView from, ByteView to) const;

  const StateView& below_;
  mutable std::vector<Entry> entries_;
  mutable std::vector<Place> slots_;         // open addressing: place + 1, 0 is free
  mutable std::array<Letter, 256> letters_;  // of changes only
};

// State held in memory: for replay, tests and the simulator.
class MapState final : public StateView {
 public:
  [[nodiscard]] std::optional<Bytes> get(ByteView key) const override;
  void range(ByteView from, ByteView to, const Visit& visit) const override;
  void apply(const Changes& changes);
  [[nodiscard]] std::size_t size() const { return state_.size(); }
  friend bool operator==(const MapState& a, const MapState& b) { return a.state_ == b.state_; }

 private:
  std::map<Bytes, Bytes, InByteOrder> state_;
};

}  // namespace safeconduct::core
