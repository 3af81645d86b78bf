// Which referrals a tile or a filter means, and how many. Everything is asked as of an instant, so
// that what is overdue is the same for all who ask at once.
#pragma once

#include "broker/dashboard/projection/projection.h"

namespace safeconduct::dashboard {

inline constexpr Duration kTileWeek = days(7);

[[nodiscard]] bool is_in(Tile tile, const ReferralRow& row, Instant now);

struct TileCounts {
  std::array<std::uint32_t, kTiles> of{};
  [[nodiscard]] std::uint32_t operator[](Tile tile) const {
    return of[static_cast<std::size_t>(tile)];
  }
  friend bool operator==(const TileCounts&, const TileCounts&) = default;
};
struct AllTiles {
  TileCounts network;
  std::vector<TileCounts> own;  // by AgencyIndex: referrals from or to it
};
// One walk over all referrals.
[[nodiscard]] AllTiles count_tiles(const Projection& projection, Instant now);

struct Filter {
  std::optional<AgencyIndex> own;  // only what this agency sent or was sent: a reader's right
  std::optional<Tile> tile;
  std::optional<State> state;
  std::optional<AgencyIndex> from;
  std::optional<AgencyIndex> to;
  std::optional<AgencyIndex> agency;  // either side
  std::uint8_t purpose = 0;           // 0: any
  std::uint8_t urgency = 0;
  std::uint8_t basis = 0;
  Instant since;   // opened at or after; 0: any
  Instant until;   // opened before; 0: any
  std::string id;  // first hexadecimal digits; empty: any
};
[[nodiscard]] bool passes(const Filter& filter, const ReferralRow& row, Instant now);

enum class Order : std::uint8_t { kDue, kChanged, kOpened };  // first due first; newest first
struct Page {
  std::size_t total = 0;
  std::vector<RowIndex> rows;
};
[[nodiscard]] Page list(const Projection& projection, const Filter& filter, Order order,
                        std::size_t offset, std::size_t count, Instant now);

// What waits for an agency to answer.
struct Waiting {
  std::uint32_t undelivered = 0;
  std::uint32_t unanswered = 0;
  std::uint32_t overdue = 0;
  Instant oldest;  // opened; 0: nothing waits
};
[[nodiscard]] std::vector<Waiting> waiting_by_agency(const Projection& projection, Instant now);

}  // namespace safeconduct::dashboard
