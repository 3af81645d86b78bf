#include "broker/audit/verify.h"

#include <catch2/catch.hpp>

#include "tests/audit/signed_log.h"

using namespace safeconduct;
using namespace safeconduct::audit;

namespace {

const SignedLog& whole() {
  static const SignedLog log;
  return log;
}

// What a tampered copy is found out by.
Finding first_bad(const MemorySource& source) {
  const auto report = verify(source, whole().trust());
  REQUIRE(report.has_value());
  REQUIRE_FALSE(report->good());
  return *first_of(report->findings);
}

ledger::Entry forged(const MemorySource& source, std::uint64_t place) {
  ledger::Entry entry = source.entry(place);
  auto& part = entry.part(ledger::PartKind::kRouting);
  REQUIRE(part.has_value());
  part->bytes.back() ^= 1;
  return ledger::make_entry(entry.leaf.kind, entry.leaf.position, entry.leaf.instant, entry.parts);
}

}  // namespace

TEST_CASE("A whole log verifies, and the report says what is in it") {
  const auto report = verify(whole().source, whole().trust());
  REQUIRE(report.has_value());
  for (const Finding& finding : report->findings) FAIL(finding.sentence);
  CHECK(report->origin == "demo.example/log");
  CHECK(report->entries == whole().source.records.size());
  CHECK(report->head.size == report->entries);
  CHECK(report->kinds.at(ledger::EntryKind::kSubmission) == 4);
  CHECK(report->absent_parts == 0);
  CHECK(report->parts > report->entries);
  CHECK(report->first < report->last);
}

TEST_CASE("A changed entry is named") {
  MemorySource source = whole().source;
  for (const std::uint64_t place : {whole().submission, whole().delivery, whole().receipt}) {
    source = whole().source;
    source.put(place, forged(source, place));
    CHECK(first_bad(source).position == place);
  }
}

TEST_CASE("A changed date of an entry is named") {
  MemorySource source = whole().source;
  ledger::Entry entry = source.entry(7);
  entry.leaf.instant = entry.leaf.instant + milliseconds(1);
  source.put(7, entry);
  CHECK(first_bad(source).position == 7u);
}

TEST_CASE("Without hashes of single entries, a changed entry is named with its neighbour") {
  MemorySource source = whole().source;
  std::erase_if(source.nodes, [](const auto& node) { return node.first.level == 0; });
  source.put(whole().submission, forged(source, whole().submission));
  const Finding found = first_bad(source);
  CHECK(found.position == whole().submission / 2 * 2);
}

TEST_CASE("A dropped entry, and two, are named by the first that is missing") {
  for (const std::size_t count : {1, 2}) {
    MemorySource source = whole().source;
    source.records.erase(source.records.begin() + 5,
                         source.records.begin() + 5 + static_cast<long>(count));
    CHECK(first_bad(source).position == 5u);
    // The gap is closed up: what follows lies one place too low.
    for (std::size_t i = 0; i < source.records.size(); ++i) source.records[i].first = i;
    CHECK(first_bad(source).position == 5u);
  }
}

TEST_CASE("An inserted entry is named") {
  MemorySource source = whole().source;
  source.records.insert(source.records.begin() + 6, {6, source.records[4].second});
  for (std::size_t i = 0; i < source.records.size(); ++i) source.records[i].first = i;
  CHECK(first_bad(source).position == 6u);
}

TEST_CASE("Two swapped entries are named by the first") {
  MemorySource source = whole().source;
  std::swap(source.records[3].second, source.records[8].second);
  CHECK(first_bad(source).position == 3u);
}

TEST_CASE("A log that is cut short is named by the first entry that is gone") {
  MemorySource source = whole().source;
  source.records.resize(9);
  CHECK(first_bad(source).position == 9u);
}

TEST_CASE("Entries that no checkpoint covers are named") {
  MemorySource source = whole().source;
  const std::uint64_t size = source.records.size();
  source.records.emplace_back(size, source.records.back().second);
  CHECK(first_bad(source).position == size);
}

TEST_CASE("An entry that is cut short, or of an unknown kind, is named") {
  MemorySource source = whole().source;
  source.records[4].second.resize(100);
  CHECK(first_bad(source).position == 4u);
  source = whole().source;
  source.records[4].second[20] = 200;
  CHECK(first_bad(source).position == 4u);
}

TEST_CASE("An edited part is named by its entry") {
  MemorySource source = whole().source;
  source.records[whole().refused].second.back() ^= 1;
  CHECK(first_bad(source).position == whole().refused);
}

TEST_CASE("A part that is not here is counted and nothing is wrong") {
  MemorySource source = whole().source;
  source.put(whole().refused, ledger::for_reader(source.entry(whole().refused), ledger::kNoParts));
  const auto report = verify(source, whole().trust());
  CHECK(report->good());
  CHECK(report->absent_parts == 3);
}

TEST_CASE("An edited checkpoint, and one of another key, are not trusted") {
  MemorySource source = whole().source;
  source.note[source.note.find('\n') + 1] ^= 1;
  CHECK_FALSE(first_bad(source).position.has_value());
  const SignedLog other;
  source = whole().source;
  source.note = other.source.note;
  CHECK_FALSE(first_bad(source).position.has_value());
}

TEST_CASE("Who changes entries and the hashes beside them still cannot sign") {
  SignedLog log;
  MemorySource& source = log.source;
  const std::string note = source.note;
  source.put(log.submission, forged(source, log.submission));
  log.resign();
  source.note = note;
  const auto report = verify(source, log.trust());
  REQUIRE_FALSE(report->good());
  CHECK_FALSE(first_of(report->findings)->position.has_value());
}

TEST_CASE("A log that was signed although its clock went back is named where it did") {
  SignedLog log;
  const std::uint64_t place = log.receipt;
  ledger::Entry entry = log.source.entry(place);
  entry.leaf.instant = entry.leaf.instant - hours(1);
  log.source.put(place, entry);
  log.resign();
  const auto report = verify(log.source, log.trust());
  REQUIRE(report.has_value());
  REQUIRE_FALSE(report->good());
  CHECK(first_of(report->findings)->position == place);
}

TEST_CASE("A head that the auditor kept finds an older copy and another story") {
  SignedLog log;
  MemorySource old = log.source;
  const std::size_t shorter = log.source.records.size() - 4;
  old.records.resize(shorter);
  old.note = log.source.note;
  // The older copy with the head of its time.
  ledger::Frontier tree;
  for (const auto& [place, record] : old.records) {
    tree.append(ledger::leaf_hash(ledger::decode_record(record)->leaf));
  }
  old.note = log.sign(tree.head());
  CHECK(verify(old, log.trust())->good());
  const auto by_kept = verify(old, log.trust(), {.kept_heads = {{"kept", log.source.note}}});
  REQUIRE_FALSE(by_kept->good());
  CHECK(first_of(by_kept->findings)->position == shorter);
  // A head of the same log over other entries.
  const auto two = verify(log.source, log.trust(), {.kept_heads = {{"kept", log.sign({5, {}})}}});
  REQUIRE_FALSE(two->good());
  CHECK_THAT(two->findings[0].sentence, Catch::Contains("two truths"));
}

TEST_CASE("A trust file that asks for witnesses is content with a cosigned prefix, not without") {
  SignedLog log;
  SystemRandom random;
  const auto signing = seal::SigningKey::generate(random);
  const auto key =
      ledger::NoteKey::make("w.example", ledger::SignatureType::kCosignature, signing.verify_key());
  const auto trust =
      ledger::TrustPolicy::parse(log.trust_text().substr(0, log.trust_text().find('\n') + 1) +
                                 "witness w " + key->text() + "\nquorum w\n");
  REQUIRE(trust.has_value());
  CHECK_FALSE(verify(log.source, *trust)->good());
  ledger::Frontier tree;
  for (std::size_t i = 0; i < 7; ++i) {
    tree.append(ledger::leaf_hash(log.source.entry(i).leaf));
  }
  const std::string note = log.sign(tree.head());
  const std::string text = note.substr(0, note.find("\n\n") + 1);
  const std::string cosigned =
      note + ledger::signature_line(ledger::cosign_text(text, "w.example", signing, 1'764'000'000));
  const auto report = verify(log.source, *trust, {.kept_heads = {{"cosigned", cosigned}}});
  for (const Finding& finding : report->findings) FAIL(finding.sentence);
  CHECK(report->cosigned_size == 7);
  CHECK(report->cosignatures == 1);
}
