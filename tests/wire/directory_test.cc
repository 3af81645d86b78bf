#include "schemas/wire/directory.h"

#include <catch2/catch.hpp>

#include "schemas/base/limits.h"
#include "tests/wire/examples.h"

using namespace safeconduct;
using namespace safeconduct::wire;

namespace {

constexpr std::size_t kLongestRole = 21;  // of the vocabulary

DirectoryAgency listed(std::string_view name, std::uint8_t seed) {
  DirectoryAgency out;
  out.id = agency(name);
  out.roles = {"shelter", "housing"};
  out.signing_key = filled<32>(seed);
  out.transport_key = filled<32>(static_cast<std::uint8_t>(seed + 1));
  out.agreement = {parse_date("2026-01-01").value(), parse_date("2026-12-31").value()};
  out.training = out.agreement;
  return out;
}

Directory example() {
  Directory out;
  out.network = "demo.example";
  out.version = 3;
  out.issued = parse_rfc3339("2026-11-24T10:00:00.000Z").value();
  out.broker_transport_key = filled<32>(1);
  out.log_vkey = "log.example+1234abcd+AQID";
  out.officer_vkeys = {"officer.one+1234abcd+AQID", "officer.two+1234abce+AQID"};
  out.agencies = {listed("haven", 10), listed("lighthouse", 20), listed("precinct9", 30)};
  out.agencies[1].standing = Standing::kSuspended;
  return out;
}

std::string edited(std::string_view what, std::string_view by) {
  std::string text = to_text(example());
  const std::size_t at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

std::string complaint(std::string_view what, std::string_view by) {
  const auto parsed = parse_directory(edited(what, by));
  return parsed ? "accepted" : parsed.error().message;
}

}  // namespace

TEST_CASE("A directory reads as it was written") {
  const auto read = parse_directory(to_text(example()));
  if (!read) FAIL(read.error().message);
  CHECK(*read == example());
  CHECK(read->find(agency("lighthouse"))->standing == Standing::kSuspended);
  CHECK(read->find(agency("nobody")) == nullptr);
}

TEST_CASE("A directory that is cut, lengthened or not canonical is refused") {
  const std::string text = to_text(example());
  for (std::size_t size = 0; size < text.size(); ++size) {
    const std::string cut = text.substr(0, size);
    // Before an officer or agency it is another, whole directory: the authority's signature tells.
    const std::string rest = text.substr(size);
    const bool whole =
        cut.ends_with('\n') && (rest.starts_with("agency ") || rest.starts_with("officer "));
    if (!whole && parse_directory(cut)) FAIL_CHECK("accepted when cut to " << size);
  }
  CHECK_FALSE(parse_directory(text + "\n"));
  CHECK_FALSE(parse_directory(" " + text));
  CHECK_FALSE(parse_directory(edited("version 3", "version 03")));
  CHECK_FALSE(parse_directory(edited("version 3", "version 0")));
  CHECK_FALSE(parse_directory(edited("2026-11-24T10:00:00.000Z", "2026-11-24T10:00:00Z")));
  CHECK_FALSE(parse_directory(edited("\n", "\r\n")));
}

TEST_CASE("A mistake in a directory is told with its line") {
  CHECK(complaint("officer officer.one", "oficer officer.one").find("directory line 7:") == 0);
  CHECK(complaint("housing active", "housing asleep").find("directory line 9:") == 0);
  CHECK(complaint("  agreement 2026-01-01 2026-12-31", "  agreement 2026-12-31 2026-01-01")
            .find("directory line 12: two dates in order expected") == 0);
  CHECK(complaint("agency haven", "agency Haven").find("directory line 9:") == 0);
}

TEST_CASE("The largest directory fits a signed document, and one agency more is refused") {
  Directory large = example();
  large.network = std::string(253, 'n');
  large.officer_vkeys.assign(16, std::string(400, 'k'));
  large.agencies.clear();
  for (std::size_t i = 0; i <= limits::kAgenciesMax; ++i) {
    const std::string number = std::to_string(10000 + i);
    DirectoryAgency one = listed("a" + std::string(31 - number.size(), 'x') + number, 1);
    one.roles.assign(limits::kRolesPerAgencyMax, std::string(kLongestRole, 'r'));
    one.standing = Standing::kSuspended;
    std::memcpy(one.transport_key.data(), &i, sizeof i);
    large.agencies.push_back(std::move(one));
  }
  const auto told = parse_directory(to_text(large));
  large.agencies.pop_back();
  constexpr std::size_t kSignature = 512;  // a note's line and the name of who signed
  CHECK(to_text(large).size() + kSignature <= limits::kDocumentBytesMax);
  REQUIRE_FALSE(told);
  CHECK(told.error().message.find("1024 agencies") != std::string::npos);
}

TEST_CASE("A newer form of directory is unsupported") {
  const auto newer = parse_directory(edited("directory 1", "directory 2"));
  REQUIRE_FALSE(newer);
  CHECK(newer.error().code == ErrorCode::kUnsupported);
}

TEST_CASE("Two agencies with one name or one transport key are refused") {
  CHECK(complaint("agency lighthouse", "agency haven").find("out of order or twice") !=
        std::string::npos);
  CHECK(complaint("agency lighthouse", "agency aaa").find("out of order or twice") !=
        std::string::npos);
  Directory twice = example();
  twice.agencies[2].transport_key = twice.agencies[0].transport_key;
  CHECK_FALSE(parse_directory(to_text(twice)));
}

TEST_CASE("An agreement counts from the start of its first day to the end of its last, UTC") {
  const DatedProof proof = example().agencies[0].agreement;
  const auto at = [](std::string_view text) { return parse_rfc3339(text).value(); };
  CHECK_FALSE(proof.covers(at("2025-12-31T23:59:59.999Z")));
  CHECK(proof.covers(at("2026-01-01T00:00:00.000Z")));
  CHECK(proof.covers(at("2026-12-31T23:59:59.999Z")));
  CHECK_FALSE(proof.covers(at("2027-01-01T00:00:00.000Z")));
}
