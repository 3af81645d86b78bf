#include "schemas/ledger/kinds.h"

#include <catch2/catch.hpp>
#include <set>

namespace safeconduct::ledger {

TEST_CASE("Entry kinds keep their numbers for ever") {
  for (std::size_t i = 0; i < 20; ++i) {
    CHECK(static_cast<std::size_t>(kEntryKinds[i]) == i + 1);
  }
  CHECK(entry_kind(32) == EntryKind::kRequest);
  CHECK(entry_kind(42) == EntryKind::kQuestion);
  CHECK(entry_kind(43) == EntryKind::kServiceProfile);
  CHECK(entry_kind(7) == EntryKind::kSubmission);
  CHECK(entry_kind(20) == EntryKind::kHoldLifted);
}

TEST_CASE("A kind that this version does not know is nothing") {
  CHECK(!entry_kind(0));
  CHECK(!entry_kind(31));
  CHECK(!entry_kind(255));
  CHECK(!entry_kind_named("unknown"));
  CHECK(!entry_kind_named(""));
}

TEST_CASE("Every kind and every part has its own name, and is found by it") {
  std::set<std::string_view> names;
  for (const EntryKind kind : kEntryKinds) {
    CHECK(entry_kind(static_cast<std::uint8_t>(kind)) == kind);
    CHECK(entry_kind_named(name(kind)) == kind);
    names.insert(name(kind));
  }
  CHECK(names.size() == kEntryKinds.size());
  CHECK(name(EntryKind::kRefusedFrame) == "refused frame");
  std::set<std::string_view> parts;
  PartSet all = kNoParts;
  for (const PartKind part : kPartKinds) {
    parts.insert(name(part));
    all = static_cast<PartSet>(all | set_of(part));
  }
  CHECK(parts ==
        std::set<std::string_view>{"network", "routing", "sender", "recipient", "restricted"});
  CHECK(all == kAllParts);
}

}  // namespace safeconduct::ledger
