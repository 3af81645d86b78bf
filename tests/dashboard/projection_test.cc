#include <catch2/catch.hpp>

#include <functional>
#include <random>

#include "broker/dashboard/projection/lists.h"
#include "broker/dashboard/projection/snapshot.h"
#include "tests/dashboard/ledger_facts.h"

using namespace safeconduct;
using namespace safeconduct::dashboard;
using namespace safeconduct::dashboard_tests;

namespace {

std::uint32_t tile(const Story& story, Tile which, Instant at) {
  return count_tiles(story.projection, at).network[which];
}

// A long random history of many referrals.
void tell_much(Story& story, std::mt19937& random, int entries) {
  static constexpr std::array kMoves = {State::kAccepted, State::kDeclined, State::kScheduled,
                                        State::kDone,     State::kNotDone,  State::kWithdrawn,
                                        State::kRecalled, State::kExpired,  State::kClosed};
  static constexpr std::array<std::string_view, 4> kAgencies = {"bridge", "haven", "metro", "lex"};
  for (int i = 0; i < entries; ++i) {
    story.now = story.now + seconds(random() % 4000);
    const auto n = static_cast<std::uint32_t>(random() % 300);
    const auto change = [&](ReferralFact& fact) {
      fact.from = Story::agency(kAgencies[n % 4]);
      fact.to = Story::agency(kAgencies[(n / 4 + 1) % 4]);
      fact.urgency = static_cast<std::uint8_t>(1 + n % 5);
      fact.purpose = static_cast<std::uint8_t>(1 + n % 28);
      if (random() % 5 == 0) fact.due = story.now + hours(1);
    };
    switch (random() % 5) {
      case 0:
        story.sent(n, change);
        break;
      case 1:
        story.happens(n, EventKind::kReceived, State::kReceived, change);
        break;
      case 2:
        story.happens(n, event_kind(wire::Event::kDeletionOwed), std::nullopt, change);
        break;
      case 3:
        story.happens(n, event_kind(wire::Event::kExceptionRequested), std::nullopt, change);
        break;
      default:
        story.moved(n, kMoves[random() % kMoves.size()], change);
    }
  }
}

}  // namespace

TEST_CASE("A referral waits, is late when its time is over, and waits no more when answered") {
  Story story;
  story.sent(1);
  CHECK(story.row(1).due == kMorning + hours(3));  // tonight
  CHECK(tile(story, Tile::kAwaiting, kMorning) == 1);
  CHECK(tile(story, Tile::kOverdue, kMorning + hours(3)) == 0);
  CHECK(tile(story, Tile::kOverdue, kMorning + hours(3) + milliseconds(1)) == 1);
  story.happens(1, EventKind::kDelivered, std::nullopt);
  story.happens(1, EventKind::kReceived, State::kReceived);
  CHECK(tile(story, Tile::kAwaiting, kMorning) == 1);
  story.now = kMorning + hours(4);
  story.moved(1, State::kAccepted);
  CHECK(tile(story, Tile::kAwaiting, story.now) == 0);
  CHECK(tile(story, Tile::kOverdue, story.now) == 0);
  CHECK(story.row(1).answered == story.now);
  story.moved(1, State::kDone);
  CHECK(tile(story, Tile::kClosedThisWeek, story.now) == 1);
  CHECK(tile(story, Tile::kClosedThisWeek, story.now + days(8)) == 0);
  CHECK(story.projection.timeline(0).size() == 5);
}

TEST_CASE("A deadline beats the urgency's own limit, also one that was set before") {
  Story story;
  story.happens(1, event_kind(wire::Event::kRequested), State::kAnnounced,
                [](ReferralFact& fact) { fact.due = kMorning + minutes(20); });
  CHECK(tile(story, Tile::kAwaiting, kMorning) == 0);  // nobody was asked yet
  CHECK(list(story.projection, {}, Order::kDue, 0, 10, kMorning).total == 0);
  story.sent(1);
  CHECK(story.row(1).due == kMorning + minutes(20));
}

TEST_CASE("Each tile means what it says") {
  Story story;
  story.sent(1);
  story.moved(1, State::kDeclined,
              [](ReferralFact& fact) { fact.reason = wire::DeclineReason::kNoCapacity; });
  story.sent(2);
  story.happens(2, EventKind::kTransportEnded, State::kUndeliverable);
  story.sent(3);
  story.happens(3, event_kind(wire::Event::kEscalation), std::nullopt);
  story.happens(4, EventKind::kRefused, State::kRefused);
  CHECK(tile(story, Tile::kDeclined, kMorning) == 1);
  CHECK(tile(story, Tile::kUndeliverable, kMorning) == 1);
  CHECK(tile(story, Tile::kEscalated, kMorning) == 1);
  CHECK(tile(story, Tile::kClosedThisWeek, kMorning) == 2);
  // Sent again by its sender, it waits again.
  story.sent(2);
  CHECK(tile(story, Tile::kUndeliverable, kMorning) == 0);
  CHECK(tile(story, Tile::kAwaiting, kMorning) == 2);
  CHECK(story.row(1).reason == wire::DeclineReason::kNoCapacity);
}

TEST_CASE("An agency's counts hold its own referrals only") {
  Story story;
  story.sent(1);
  story.sent(2, [](ReferralFact& fact) { fact.to = Story::agency("metro"); });
  const auto tiles = count_tiles(story.projection, kMorning);
  const auto own = [&](std::string_view name) {
    return tiles.own[*story.projection.agency(name)][Tile::kAwaiting];
  };
  CHECK(own("bridge") == 2);
  CHECK(own("haven") == 1);
  CHECK(own("metro") == 1);
}

TEST_CASE("A list has what its filter means, in its order, page by page") {
  Story story;
  for (std::uint32_t n = 1; n <= 120; ++n) {
    story.now = kMorning + minutes(n);
    story.sent(n, [&](ReferralFact& fact) {
      fact.urgency = static_cast<std::uint8_t>(1 + n % 5);
      if (n % 3 == 0) fact.to = Story::agency("metro");
    });
  }
  Filter filter;
  filter.to = story.projection.agency("metro");
  const auto all = list(story.projection, filter, Order::kDue, 0, 1000, story.now);
  CHECK(all.total == 40);
  for (std::size_t i = 1; i < all.rows.size(); ++i) {
    const auto& rows = story.projection.referrals();
    CHECK(rows[all.rows[i - 1]].due <= rows[all.rows[i]].due);
    CHECK(rows[all.rows[i]].to == *filter.to);
  }
  const auto second = list(story.projection, filter, Order::kDue, 10, 10, story.now);
  REQUIRE(second.rows.size() == 10);
  CHECK(std::equal(second.rows.begin(), second.rows.end(), all.rows.begin() + 10));
  CHECK(list(story.projection, filter, Order::kDue, 35, 10, story.now).rows.size() == 5);
  CHECK(list(story.projection, filter, Order::kDue, 100, 10, story.now).rows.empty());
}

TEST_CASE("A withdrawal's deletion receipt is owed until it comes") {
  Story story;
  story.sent(1);
  story.happens(1, event_kind(wire::Event::kDeletionOwed), std::nullopt,
                [](ReferralFact& fact) { fact.due = kMorning + days(7); });
  REQUIRE(story.projection.deletions().size() == 1);
  CHECK(story.projection.deletions().begin()->second == kMorning + days(7));
  story.happens(1, event_kind(wire::Event::kDeletionLate), std::nullopt);
  CHECK(story.projection.reviews().size() == 1);
  story.happens(1, event_kind(wire::Event::kDeletionReceipt), std::nullopt);
  CHECK(story.projection.deletions().empty());
}

TEST_CASE("What somebody took note of stays noted by the first who did") {
  Story story;
  story.happens(1, event_kind(wire::Event::kExceptionRequested), std::nullopt);
  story.entry(AcknowledgedFact{0, "ana"});
  story.entry(AcknowledgedFact{0, "ben"});
  story.entry(AcknowledgedFact{77, "ana"});
  CHECK(story.projection.reviews().at(0).acknowledged_by == "ana");
}

TEST_CASE("An entry that was read already changes nothing") {
  Story story;
  story.sent(1);
  ReferralFact again;
  again.kind = EventKind::kReceived;
  again.state = State::kReceived;
  again.referral = Story::id(1);
  story.projection.apply({0, kMorning, again});
  CHECK(story.row(1).state == State::kSent);
  CHECK(story.projection.size() == 1);
}

TEST_CASE("A snapshot gives the same projection back, and nothing else is taken for one") {
  const unsigned seed = std::random_device{}();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  Story story;
  tell_much(story, random, 4000);
  ledger::Frontier tree;
  for (std::uint64_t i = 0; i < story.projection.size(); ++i) tree.append(Digest{});
  const Bytes bytes = encode(Snapshot{tree, "a note", story.projection});
  const auto back = decode_snapshot(bytes);
  REQUIRE(back.has_value());
  CHECK(encode(*back) == bytes);
  CHECK(back->projection.size() == story.projection.size());
  CHECK(count_tiles(back->projection, story.now).network ==
        count_tiles(story.projection, story.now).network);
  // Both go on alike.
  Projection on = back->projection;
  ReferralFact fact;
  fact.referral = Story::id(5);
  fact.from = Story::agency("bridge");
  fact.to = Story::agency("haven");
  fact.state = State::kSent;
  const EntryFacts entry{story.projection.size(), story.now, fact};
  on.apply(entry);
  story.projection.apply(entry);
  tree.append(Digest{});
  CHECK(encode(Snapshot{tree, "", on}) == encode(Snapshot{tree, "", story.projection}));
  for (int i = 0; i < 200; ++i) {
    Bytes broken = bytes;
    broken[random() % broken.size()] ^= static_cast<std::uint8_t>(1 + random() % 255);
    CHECK_FALSE(decode_snapshot(broken).has_value());
  }
  CHECK_FALSE(decode_snapshot(ByteView(bytes).first(bytes.size() / 2)).has_value());
}
