// The reader believes nothing that is not proven.
#include "broker/dashboard/reader.h"

#include <catch2/catch.hpp>

#include "schemas/ledger/checkpoint.h"
#include "schemas/ledger/entry.h"
#include "schemas/seal/sign.h"
#include "schemas/wire/parts.h"
#include "tests/dashboard/ledger_facts.h"

using namespace safeconduct;
using namespace safeconduct::dashboard;
using dashboard_tests::kMorning;
using dashboard_tests::Story;

namespace {

const std::string kOrigin = "test.example/log";

// A log in memory, as a broker shows it to an observer.
class Log final : public ledger::HashReader {
 public:
  Log() : key_(seal::SigningKey::generate(random_)) {}

  void append(std::uint32_t n) {
    wire::RoutingPart part;
    part.referral = Story::id(n);
    part.message.bytes[0] = 1;
    part.from = Story::agency("bridge");
    part.to = Story::agency("haven");
    part.purpose = part.urgency = part.basis = 2;
    part.stage = 2;
    part.went_on = true;
    ledger::Parts parts;
    parts[place_of(ledger::PartKind::kRouting)] = ledger::Part{random_.array<32>(), encode(part)};
    parts[place_of(ledger::PartKind::kRestricted)] = ledger::Part{random_.array<32>(), {1, 2, 3}};
    const auto entry = ledger::make_entry(ledger::EntryKind::kSubmission, {tree_.size()}, kMorning,
                                          std::move(parts));
    std::vector<ledger::TreeNode> made;
    tree_.append(leaf_hash(entry.leaf), made);
    for (const auto& node : made) nodes_[node.id] = node.hash;
    entries_.push_back(entry);
  }
  [[nodiscard]] wire::Checkpoint checkpoint(std::uint64_t old_size) const {
    wire::Checkpoint out;
    out.note = to_bytes(ledger::sign_checkpoint(kOrigin, tree_.head(), key_));
    if (old_size == 0) return out;
    out.old_size = old_size;
    out.consistency = ledger::consistency_proof(*this, old_size, tree_.size()).value();
    return out;
  }
  [[nodiscard]] wire::Feed page(std::uint64_t from, std::uint64_t to) const {
    wire::Feed feed;
    feed.next = to;
    for (std::uint64_t i = from; i < to; ++i) {
      const auto shown = for_reader(entries_[i], set_of(ledger::PartKind::kRouting));
      wire::EntryView view;
      const auto leaf = encode_leaf(shown.leaf);
      view.leaf.assign(leaf.begin(), leaf.end());
      const auto& part = *shown.part(ledger::PartKind::kRouting);
      view.parts.push_back({2, part.salt, part.bytes});
      feed.entries.push_back(std::move(view));
    }
    feed.entries.back().inclusion = ledger::inclusion_proof(*this, to - 1, tree_.size()).value();
    return feed;
  }
  [[nodiscard]] Result<Digest> hash(const ledger::NodeId& node) const override {
    const auto at = nodes_.find(node);
    if (at == nodes_.end()) return not_found("no such node");
    return at->second;
  }
  [[nodiscard]] ledger::NoteKey key() const {
    return ledger::NoteKey::make(kOrigin, ledger::SignatureType::kEd25519, key_.verify_key())
        .value();
  }

 private:
  SystemRandom random_;
  seal::SigningKey key_;
  ledger::Frontier tree_;
  std::map<ledger::NodeId, Digest> nodes_;
  std::vector<ledger::Entry> entries_;
};

Log log_of(std::uint32_t entries) {
  Log log;
  for (std::uint32_t n = 0; n < entries; ++n) log.append(n);
  return log;
}

}  // namespace

TEST_CASE("A reader takes pages of any size up to the checkpoint") {
  const Log log = log_of(300);
  Reader reader(log.key(), {}, {});
  REQUIRE(reader.take(log.checkpoint(0)).has_value());
  std::uint64_t at = 0;
  for (const std::uint64_t next : {1u, 2u, 7u, 64u, 65u, 128u, 299u, 300u}) {
    const auto facts = reader.take(log.page(at, next));
    REQUIRE(facts.has_value());
    CHECK(facts->size() == next - at);
    at = next;
  }
  CHECK(reader.up_to_date());
  CHECK(reader.tree().head() == reader.head());
}

TEST_CASE("A page with a gap, a changed leaf or a changed part is not believed") {
  const Log log = log_of(40);
  Reader reader(log.key(), {}, {});
  REQUIRE(reader.take(log.checkpoint(0)).has_value());
  REQUIRE(reader.take(log.page(0, 10)).has_value());
  CHECK_FALSE(reader.take(log.page(11, 20)).has_value());
  CHECK_FALSE(reader.take(log.page(9, 20)).has_value());
  for (std::size_t i = 0; i < 10; ++i) {
    auto page = log.page(10, 20);
    page.entries[i].leaf[40] ^= 1;
    CHECK_FALSE(reader.take(page).has_value());
    page = log.page(10, 20);
    page.entries[i].parts[0].bytes[0] ^= 1;
    CHECK_FALSE(reader.take(page).has_value());
    page = log.page(10, 20);
    page.entries.erase(page.entries.begin() + static_cast<std::ptrdiff_t>(i));
    CHECK_FALSE(reader.take(page).has_value());
  }
  auto page = log.page(10, 20);
  page.entries.back().inclusion.pop_back();
  CHECK_FALSE(reader.take(page).has_value());
  CHECK(reader.tree().size() == 10);
  CHECK(reader.take(log.page(10, 40)).has_value());
}

TEST_CASE(
    "An earlier entry cannot be another than the checkpoint's, though the last one is right") {
  const Log log = log_of(32);
  const Log other = log_of(32);
  Reader reader(log.key(), {}, {});
  REQUIRE(reader.take(log.checkpoint(0)).has_value());
  auto page = log.page(0, 20);
  page.entries[3] = other.page(3, 4).entries[0];
  page.entries[3].inclusion.clear();
  const auto taken = reader.take(page);
  REQUIRE_FALSE(taken.has_value());
  CHECK(taken.error().code == ErrorCode::kUnauthentic);
}

TEST_CASE("A checkpoint of another key, of a fork or of a smaller tree ends it") {
  Log log = log_of(10);
  Reader reader(log.key(), {}, {});
  const auto first = log.checkpoint(0);
  REQUIRE(reader.take(first).has_value());
  CHECK(reader.take(log_of(12).checkpoint(10)).error().code == ErrorCode::kUnauthentic);
  log.append(99);
  auto grown = log.checkpoint(10);
  grown.consistency.clear();
  CHECK(reader.take(grown).error().code == ErrorCode::kUnauthentic);
  REQUIRE(reader.take(log.checkpoint(10)).has_value());
  CHECK(reader.take(first).error().code == ErrorCode::kUnauthentic);
}

TEST_CASE("A reader goes on from where a snapshot left off") {
  Log log = log_of(20);
  Reader before(log.key(), {}, {});
  REQUIRE(before.take(log.checkpoint(0)).has_value());
  REQUIRE(before.take(log.page(0, 20)).has_value());
  for (std::uint32_t n = 0; n < 5; ++n) log.append(100 + n);
  Reader after(log.key(), before.tree(), before.note());
  CHECK(after.head().size == 20);
  REQUIRE(after.take(log.checkpoint(20)).has_value());
  CHECK(after.take(log.page(20, 25)).has_value());
  CHECK(after.up_to_date());
}
