#include "broker/audit/partial.h"

#include <catch2/catch.hpp>
#include <filesystem>

#include "broker/audit/sentences.h"
#include "schemas/io/file.h"
#include "tests/audit/signed_log.h"
#include "tests/audit/temp_folder.h"

using namespace safeconduct;
using namespace safeconduct::audit;
namespace fs = std::filesystem;

namespace {

void flip(const std::string& path, std::size_t from_end) {
  Bytes bytes = io::read_file(path, 1 << 20).value();
  bytes.at(bytes.size() - from_end) ^= 1;
  REQUIRE(io::write_durably(path, bytes));
}

PartialReport checked(const SignedLog& log, const std::string& folder) {
  const auto report = verify_partial(folder, log.trust());
  REQUIRE(report.has_value());
  return *report;
}

}  // namespace

TEST_CASE("One referral carried away verifies by itself, and every bit of it counts") {
  const SignedLog log(400);
  const TempFolder temp;
  const std::string folder = temp.path() + "/part";
  const ReferralId referral = routing_of(log.source.entry(log.submission))->referral;
  REQUIRE(export_partial(log.source, log.trust(), {.referral = referral}, folder));
  CHECK(is_partial(folder));
  const PartialReport whole = checked(log, folder);
  for (const Finding& finding : whole.findings) FAIL(finding.sentence);
  CHECK(whole.entries >= 3 + 3);  // its own; the first, directory and policy
  CHECK(whole.entries < 20);
  CHECK(fs::exists(folder + "/entries/" + std::to_string(log.receipt) + ".leaf"));
  CHECK_FALSE(fs::exists(folder + "/entries/" + std::to_string(log.refused) + ".leaf"));
  const std::string stem = folder + "/entries/" + std::to_string(log.delivery);
  for (const char* file : {".leaf", ".parts"}) {
    flip(stem + file, 1);
    const PartialReport report = checked(log, folder);
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].position == log.delivery);
    flip(stem + file, 1);
  }
  CHECK(checked(log, folder).good());
  fs::copy_file(folder + "/entries/" + std::to_string(log.receipt) + ".tlog-proof",
                stem + ".tlog-proof", fs::copy_options::overwrite_existing);
  CHECK(checked(log, folder).findings[0].position == log.delivery);
  const SignedLog other;
  CHECK_FALSE(verify_partial(folder, other.trust())->good());
}

TEST_CASE("A partial export of an agency or of a span holds that and its ground, no more") {
  const SignedLog log;
  const TempFolder temp;
  const auto by_agency =
      export_partial(log.source, log.trust(), {.agency = AgencyId::parse("haven").value()},
                     temp.path() + "/agency");
  REQUIRE(by_agency.has_value());
  CHECK(checked(log, temp.path() + "/agency").good());
  const Instant from = log.source.entry(log.delivery).leaf.instant;
  const auto span =
      export_partial(log.source, log.trust(), {.from = from, .until = from + milliseconds(1)},
                     temp.path() + "/span");
  REQUIRE(span.has_value());
  CHECK(span->entries == 4);  // delivery; the first, directory and policy
  CHECK(checked(log, temp.path() + "/span").good());
  const auto nobody =
      export_partial(log.source, log.trust(), {.agency = AgencyId::parse("nobody").value()},
                     temp.path() + "/none");
  CHECK(nobody.error().code == ErrorCode::kNotFound);
  CHECK_FALSE(fs::exists(temp.path() + "/none"));
}
