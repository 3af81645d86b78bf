// One changed byte in any file of the store is noticed, at the start or when what it spoilt is
// read; it is never served as if it were what was written.
#include <catch2/catch.hpp>
#include <filesystem>
#include <iostream>
#include <random>

#include "broker/core/core.h"
#include "broker/store/layout.h"
#include "broker/store/store.h"
#include "schemas/io/file.h"
#include "tests/broker/scene.h"

using namespace safeconduct;
using namespace safeconduct::rig;
namespace fs = std::filesystem;

namespace {

// Everything that a store serves, in one text; nothing when any of it is refused.
std::optional<std::string> all_of(const std::string& folder,
                                  const std::vector<MessageId>& waiting) {
  SystemRandom random;
  const auto store = store::Store::open(folder, {.create_if_missing = false}, random);
  if (!store) return std::nullopt;
  std::string out = (*store)->published().note;
  for (std::uint64_t i = 0; i < (*store)->size(); ++i) {
    const auto entry = (*store)->entry(i);
    if (!entry || !check_parts(*entry)) return std::nullopt;
    out += to_hex(ledger::encode_record(*entry));
    const auto hash = (*store)->hash({1, i / 2});
    if (hash) out += to_hex(*hash);
    if (!hash && hash.error().code != ErrorCode::kNotFound) return std::nullopt;
  }
  (*store)->range({}, {}, [&](ByteView key, ByteView value) {
    out += to_hex(key) + to_hex(value);
    return true;
  });
  if (!(*store)->health()) return std::nullopt;
  for (const MessageId& message : waiting) {
    const auto body = (*store)->body(message);
    if (!body || !*body) return std::nullopt;
    out += to_hex(**body);
  }
  return out;
}

struct Filled {
  TempFolder temp;
  std::string store;
  std::vector<MessageId> waiting;
  std::string config_folder;
};

// Part of it in tables, part in the write-ahead log.
void fill(Filled& filled, Network& network) {
  filled.config_folder = filled.temp.path() + "/broker";
  Broker broker(network, filled.config_folder);
  filled.store = broker.store();
  for (int round = 0; round < 2; ++round) {
    Client bridge(network, "bridge", broker.endpoint());
    bridge.join();
    const auto consent =
        full_consent(network.agency("bridge"), policies::Purpose::kSafeAccommodation, "haven");
    bridge.record_consent(consent);
    if (round == 0) {
      Client haven(network, "haven", broker.endpoint());
      haven.join();
    }
    Draft draft;
    draft.from = "bridge";
    draft.to = "haven";
    draft.consent = consent.id;
    draft.slots = every_slot("text of slot ");
    for (int i = 0; i < 3; ++i) {
      const auto sealed = seal_draft(network, draft);
      REQUIRE(bridge.submit(sealed).admitted);
      filled.waiting.push_back(sealed.header.message_id);
    }
    broker.kill_now();
    if (round == 0) broker.start();  // recovery writes tables
  }
}

std::vector<std::string> files_of(const std::string& folder) {
  std::vector<std::string> out;
  for (const auto& file : fs::recursive_directory_iterator(folder)) {
    if (file.is_regular_file() && file.file_size() > 0) {
      out.push_back(fs::relative(file.path(), folder).string());
    }
  }
  std::sort(out.begin(), out.end());
  return out;
}

void flip(const std::string& file, std::uint64_t at, std::uint8_t by) {
  std::string content = read_text(file);
  content.at(at) = static_cast<char>(static_cast<std::uint8_t>(content.at(at)) ^ by);
  REQUIRE(io::write_durably(file, view_of(content)));
}

// RocksDB's diary and settings for people: nothing of them is served.
bool for_people(const std::string& file) {
  return file.find("/LOG") != std::string::npos || file.find("/OPTIONS") != std::string::npos ||
         file.find("/IDENTITY") != std::string::npos || file.find("/LOCK") != std::string::npos;
}

}  // namespace

TEST_CASE("A flipped byte in any file of the store is noticed, never served") {
  std::mt19937_64 random(seed_of("flipped bytes"));
  Network network({{"bridge", {"ngo_case"}}, {"haven", {"shelter"}}});
  Filled filled;
  fill(filled, network);
  const std::string sound = filled.temp.path() + "/sound";
  const std::string copy = filled.temp.path() + "/copy";
  fs::copy(filled.store, sound, fs::copy_options::recursive);
  fs::permissions(sound, fs::perms::owner_all);
  fs::copy(sound, copy, fs::copy_options::recursive);
  fs::permissions(copy, fs::perms::owner_all);
  const auto expected = all_of(copy, filled.waiting);
  REQUIRE(expected);
  int noticed = 0;
  int harmless = 0;
  for (const std::string& file : files_of(sound)) {
    if (for_people(file)) continue;
    const int flips = long_form() ? 60 : 6;
    for (int i = 0; i < flips; ++i) {
      fs::remove_all(copy);
      fs::copy(sound, copy, fs::copy_options::recursive);
      fs::permissions(copy, fs::perms::owner_all);
      const std::uint64_t size = fs::file_size(copy + "/" + file);
      // The key-slot file is mostly empty slots: there the header and the used ones count.
      const std::uint64_t reach = file == "keys" ? 4096 + 32 * filled.waiting.size() : size;
      const std::uint64_t at =
          file == "keys" && i % 2 == 0 ? 4096 + random() % (reach - 4096) : random() % reach;
      flip(copy + "/" + file, at, static_cast<std::uint8_t>(1 + random() % 255));
      INFO(file << " byte " << at << " of " << size);
      const auto served = all_of(copy, filled.waiting);
      if (!served) {
        ++noticed;
        continue;
      }
      ++harmless;  // unused bytes of a page, or what recovery writes anew
      CHECK(*served == *expected);
    }
  }
  std::cout << noticed << " noticed, " << harmless << " without effect" << std::endl;
  CHECK(noticed > harmless);
}

TEST_CASE("The program does not start on a damaged store: exit 3 and one clear line") {
  Network network({{"bridge", {"ngo_case"}}, {"haven", {"shelter"}}});
  Filled filled;
  fill(filled, network);
  const auto ends = [&](const std::string& file) {
    const std::string output = filled.temp.path() + "/said";
    fs::remove(output);
    Process process("safeconduct-broker", {"--config", filled.config_folder + "/broker.toml"},
                    output);
    const int status = process.wait_for_exit(seconds(20));
    const std::string said = read_text(output);
    INFO(file << ": " << said);
    CHECK(status == 3);
    CHECK(std::count(said.begin(), said.end(), '\n') == 1);
    CHECK_THAT(said, Catch::Contains("backup") || Catch::Contains("check the path"));
  };
  flip(filled.store + "/keys", 3, 1);
  ends("keys");
  flip(filled.store + "/keys", 3, 1);
  for (const std::string& file : files_of(filled.store)) {
    if (file.find("MANIFEST") == std::string::npos) continue;
    flip(filled.store + "/" + file, 20, 1);
    ends(file);
  }
}
