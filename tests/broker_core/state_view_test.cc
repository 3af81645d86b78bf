#include "broker/core/state_view.h"

#include <catch2/catch.hpp>
#include <random>

#include "schemas/base/codec.h"

using namespace safeconduct;
using namespace safeconduct::core;

namespace {

Bytes key_of(unsigned n) {
  return ByteWriter().u8(static_cast<std::uint8_t>(n)).take();
}

std::vector<unsigned> range_of(const StateView& view, unsigned from, unsigned to,
                               std::size_t count = 1000) {
  std::vector<unsigned> out;
  view.range(key_of(from), key_of(to), [&](ByteView key, ByteView) {
    out.push_back(key[0]);
    return out.size() < count;
  });
  return out;
}

}  // namespace

TEST_CASE("An overlay reads as the state will be once it is applied, key by key and in ranges") {
  const auto seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  MapState state;
  for (int round = 0; round < 300; ++round) {
    Overlay tick(state);
    for (unsigned i = 0, n = below(12); i < n; ++i) {
      if (below(2) == 0) static_cast<void>(tick.get(key_of(below(20))));
      if (below(3) == 0) {
        tick.erase(key_of(below(20)));
      } else {
        tick.put(key_of(below(20)), key_of(below(256)));
      }
    }
    MapState after = state;
    after.apply(tick.changes());
    for (unsigned k = 0; k < 20; ++k) CHECK(tick.get(key_of(k)) == after.get(key_of(k)));
    const unsigned from = below(20);
    const unsigned to = below(20);
    CHECK(range_of(tick, from, to) == range_of(after, from, to));
    CHECK(range_of(tick, 0, 20, 3) == range_of(after, 0, 20, 3));
    Overlay second(tick);
    second.put(key_of(7), {});
    CHECK(range_of(second, 7, 8) == std::vector{7u});
    state = after;
  }
}

TEST_CASE("What is absent below an overlay is looked for once") {
  struct Empty final : StateView {
    mutable int asked = 0;
    [[nodiscard]] std::optional<Bytes> get(ByteView) const override {
      ++asked;
      return std::nullopt;
    }
    void range(ByteView, ByteView, const Visit&) const override {}
  };
  const Empty below;
  Overlay tick(below);
  CHECK_FALSE(tick.get(key_of(1)));
  CHECK_FALSE(tick.get(key_of(1)));
  CHECK(below.asked == 1);
  CHECK(tick.changes().empty());
  CHECK(range_of(tick, 0, 9).empty());
  tick.put(key_of(1), key_of(2));
  CHECK(tick.get(key_of(1)) == key_of(2));
  CHECK(range_of(tick, 0, 9) == std::vector{1u});
  CHECK(tick.changes().size() == 1);
}
