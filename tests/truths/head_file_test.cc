#include "broker/store/head_file.h"

#include <catch2/catch.hpp>

#include "schemas/io/file.h"
#include "schemas/io/kv_fault.h"
#include "tests/rig/network.h"
#include "tests/rig/process.h"

using namespace safeconduct;
using namespace safeconduct::store;
using rig::TempFolder;

namespace {

ledger::TreeHead head(std::uint64_t size) {
  ledger::TreeHead out{size, {}};
  out.root.fill(static_cast<std::uint8_t>(size));
  return out;
}

void flip(const std::string& path, std::size_t at) {
  std::string bytes = rig::read_text(path);
  bytes.at(at) = static_cast<char>(bytes.at(at) ^ 1);
  REQUIRE(io::write_durably(path, view_of(bytes)));
}

}  // namespace

TEST_CASE("The published head is what was written last") {
  const TempFolder folder;
  const std::string path = folder.path() + "/published";
  CHECK(HeadFile::open(path, false).error().code == ErrorCode::kNotFound);
  auto file = HeadFile::open(path, true);
  REQUIRE(file.has_value());
  CHECK_FALSE(file->last().has_value());
  CHECK_FALSE(HeadFile::read(path)->has_value());
  for (std::uint64_t size = 1; size <= 5; ++size) {
    REQUIRE(file->write(head(size), "note " + std::to_string(size)));
    CHECK(file->last()->head == head(size));
    const auto again = HeadFile::open(path, false);
    REQUIRE(again.has_value());
    CHECK(again->last() == PublishedHead{head(size), "note " + std::to_string(size)});
    CHECK(HeadFile::read(path).value() == again->last());
  }
}

TEST_CASE("A page that a crash cut short leaves the one before it; two of them are damage") {
  const TempFolder folder;
  const std::string path = folder.path() + "/published";
  auto file = HeadFile::open(path, true);
  for (std::uint64_t size = 1; size <= 3; ++size) REQUIRE(file->write(head(size), "note"));
  flip(path, 4096 + 100);  // the third write
  CHECK(HeadFile::open(path, false)->last()->head == head(2));
  flip(path, 100);
  const auto damaged = HeadFile::open(path, false);
  REQUIRE_FALSE(damaged.has_value());
  CHECK(damaged.error().code == ErrorCode::kCorrupt);
  CHECK_THAT(damaged.error().message, Catch::Contains("--recover"));
}

TEST_CASE("A head whose write or sync failed is not believed to be there") {
  const TempFolder folder;
  const std::string path = folder.path() + "/published";
  io::FaultyDisk disk;
  auto file = HeadFile::open(path, true, &disk);
  REQUIRE(file->write(head(1), "note"));
  disk.fail_writes_from(1, io::DiskFault::kFull);
  CHECK_FALSE(file->write(head(2), "note"));
  disk.heal();
  disk.fail_syncs_from(1, io::DiskFault::kBroken);
  CHECK_FALSE(file->write(head(2), "note"));
  CHECK(file->last()->head == head(1));
}
