// How the core reads its state: by key, and by bounded ordered range. The broker gives it the
// store, the simulator a map, replay a map that it fills itself. A tick's changes lie over it as an
// Overlay, the same class in all three.
#pragma once

#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <optional>

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

// Changes of one tick over another view. Written to the store as one batch.
class Overlay final : public StateView {
 public:
  explicit Overlay(const StateView& below) : below_(below) {}

  [[nodiscard]] std::optional<Bytes> get(ByteView key) const override;
  void range(ByteView from, ByteView to, const Visit& visit) const override;
  [[nodiscard]] Status health() const override { return below_.health(); }

  void put(Bytes key, Bytes value) { changes_.insert_or_assign(std::move(key), std::move(value)); }
  void erase(Bytes key) { changes_.insert_or_assign(std::move(key), std::nullopt); }

  // Ascending by key; no value means erased.
  using Changes = std::map<Bytes, std::optional<Bytes>, InByteOrder>;
  [[nodiscard]] const Changes& changes() const { return changes_; }

 private:
  const StateView& below_;
  Changes changes_;
};

// State held in memory: for replay, tests and the simulator.
class MapState final : public StateView {
 public:
  [[nodiscard]] std::optional<Bytes> get(ByteView key) const override;
  void range(ByteView from, ByteView to, const Visit& visit) const override;
  void apply(const Overlay::Changes& changes);
  [[nodiscard]] std::size_t size() const { return state_.size(); }
  friend bool operator==(const MapState& a, const MapState& b) { return a.state_ == b.state_; }

 private:
  std::map<Bytes, Bytes, InByteOrder> state_;
};

}  // namespace safeconduct::core
