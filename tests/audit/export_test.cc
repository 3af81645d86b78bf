#include "broker/audit/export.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "broker/audit/replay.h"
#include "broker/audit/show.h"
#include "broker/audit/verify.h"
#include "schemas/base/codec.h"
#include "schemas/io/file.h"
#include "schemas/ledger/tile_reader.h"
#include "tests/audit/temp_folder.h"

using namespace safeconduct;
using namespace safeconduct::audit;
namespace fs = std::filesystem;

namespace {

const SignedLog& long_log() {
  static const SignedLog log(300);
  return log;
}

struct Exported {
  Exported() { REQUIRE(export_log(long_log().source, folder).has_value()); }
  TempFolder temp;
  std::string folder = temp.path() + "/export";

  VerifyReport verified() const {
    const auto source = open_source(folder);
    REQUIRE(source.has_value());
    return *verify(**source, long_log().trust());
  }
  std::optional<std::uint64_t> first_bad() const {
    const VerifyReport report = verified();
    REQUIRE_FALSE(report.good());
    return first_of(report.findings)->position;
  }
  void flip(const std::string& file, std::size_t at) const {
    std::fstream bytes(folder + "/" + file, std::ios::binary | std::ios::in | std::ios::out);
    REQUIRE(bytes.good());
    bytes.seekg(static_cast<std::streamoff>(at));
    const int byte = bytes.get();
    bytes.seekp(static_cast<std::streamoff>(at));
    bytes.put(static_cast<char>(byte ^ 1));
  }
};

constexpr std::size_t kInBundle = 2 + ledger::kLeafBytes;

}  // namespace

TEST_CASE("An export verifies, replays and shows like the log that it was made of") {
  const Exported exported;
  const VerifyReport report = exported.verified();
  for (const Finding& finding : report.findings) FAIL(finding.sentence);
  CHECK(report.entries == 300);
  const auto source = open_source(exported.folder);
  const auto replayed = replay(**source);
  CHECK(replayed->good());
  CHECK(replayed->recomputed == replay(long_log().source)->recomputed);
  CHECK(show_message(**source, long_log().first_message)->size() == 5);
}

TEST_CASE("An export is laid out as tlog-tiles say") {
  const Exported exported;
  for (const char* file :
       {"checkpoint", "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000",
        "tile/entries/001.p/44", "parts/000", "parts/001.p/44", "directories/1.note",
        "policies/2.note", "vocabulary.txt"}) {
    INFO(file);
    CHECK(fs::is_regular_file(exported.folder + "/" + file));
  }
  CHECK(fs::file_size(exported.folder + "/tile/0/000") == 256 * 32);
  CHECK(fs::file_size(exported.folder + "/tile/entries/000") == 256 * kInBundle);
}

TEST_CASE("Nothing is exported over what is there") {
  const Exported exported;
  const auto again = export_log(long_log().source, exported.folder);
  REQUIRE_FALSE(again.has_value());
  CHECK(again.error().code == ErrorCode::kConflict);
}

TEST_CASE("One flipped bit of an exported entry is named by its position, wherever it is") {
  const Exported exported;
  for (const std::size_t place :
       {std::size_t{0}, std::size_t{9}, std::size_t{128}, std::size_t{255}}) {
    for (const std::size_t within : {0u, 1u, 5u, 22u, 30u, 60u, 198u}) {
      INFO("entry " << place << ", byte " << within);
      exported.flip("tile/entries/000", place * kInBundle + within);
      CHECK(exported.first_bad() == place);
      exported.flip("tile/entries/000", place * kInBundle + within);
    }
  }
  exported.flip("tile/entries/001.p/44", 10 * kInBundle + 40);
  CHECK(exported.first_bad() == 266u);
}

TEST_CASE("A flipped bit of a part, a tile or the checkpoint is found") {
  const Exported exported;
  exported.flip("parts/000", 5000);
  const auto position = exported.first_bad();
  REQUIRE(position.has_value());
  CHECK(*position < 10);
  exported.flip("parts/000", 5000);
  exported.flip("tile/0/000", 33 * 32);
  CHECK(exported.first_bad() == 33u);
  exported.flip("tile/0/000", 33 * 32);
  CHECK(exported.verified().good());
  exported.flip("checkpoint", fs::file_size(exported.folder + "/checkpoint") - 20);
  CHECK_FALSE(exported.first_bad().has_value());
}

TEST_CASE("A damaged length is one finding, and names the first entry that it damages") {
  const Exported exported;
  const auto only = [&](const std::string& file, std::uint64_t at) {
    exported.flip(file, at);
    const VerifyReport report = exported.verified();
    exported.flip(file, at);
    INFO(file << " at " << at);
    for (const Finding& finding : report.findings) UNSCOPED_INFO(finding.sentence);
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].position.has_value());
    return report.findings[0].position;
  };
  const Bytes parts = *io::read_file(exported.folder + "/parts/000", 1 << 24);
  ByteReader in(parts);
  for (std::uint64_t place = 0; place < 256; ++place) {
    const std::uint64_t at = parts.size() - in.remaining();
    in.blob(1 << 20);
    if (place % 50 != 3) continue;
    for (const std::uint64_t byte : {0u, 2u, 3u}) {
      CHECK(only("parts/000", at + byte) == place);
    }
  }
  CHECK(only("tile/entries/000", 100 * kInBundle) == 100u);
  CHECK(only("tile/entries/000", 255 * kInBundle + 1) == 255u);
}

TEST_CASE("A file that is gone or cut short is named by its first entry") {
  const Exported exported;
  fs::resize_file(exported.folder + "/tile/entries/001.p/44", 3 * kInBundle + 7);
  CHECK(exported.first_bad() == 259u);
  fs::remove(exported.folder + "/tile/entries/001.p/44");
  CHECK(exported.first_bad() == 256u);
}

TEST_CASE("An export without parts is whole for somebody who may see none") {
  const Exported exported;
  fs::remove_all(exported.folder + "/parts");
  const VerifyReport report = exported.verified();
  CHECK(report.good());
  CHECK(report.parts == 0);
  CHECK(report.absent_parts > 30);
}

TEST_CASE("A folder that is neither a store nor an export says so") {
  const TempFolder temp;
  const auto source = open_source(temp.path());
  REQUIRE_FALSE(source.has_value());
  CHECK(source.error().code == ErrorCode::kNotFound);
}
