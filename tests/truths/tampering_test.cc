// What somebody with the disk could do to a log, each done to a copy of a real broker's store or to
// an export of it, and found by the program: exit status 1 and the first bad position.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "broker/store/layout.h"
#include "schemas/io/file.h"
#include "schemas/ledger/checkpoint.h"
#include "schemas/ledger/tiles.h"
#include "tests/broker/scene.h"

using namespace safeconduct;
using namespace safeconduct::rig;
namespace fs = std::filesystem;

namespace {

struct Verdict {
  int status = 0;
  nlohmann::json said;
  std::string words;

  [[nodiscard]] std::optional<std::uint64_t> first_bad() const {
    if (!said.contains("first_bad")) return std::nullopt;
    return said["first_bad"].get<std::uint64_t>();
  }
};

// A broker's store with more than one table and a write-ahead log, and an older copy of it.
struct Original {
  Network network{{{"bridge", {"ngo_case"}}, {"haven", {"shelter"}}}};
  TempFolder temp;
  std::string store = temp.path() + "/broker/store";
  std::string old = temp.path() + "/old";
  std::string trust = temp.path() + "/trust";
  std::uint64_t size = 0;
  std::uint64_t size_of_old = 0;

  Original() {
    Broker broker(network, temp.path() + "/broker");
    for (int round = 0; round < 3; ++round) {
      Client bridge(network, "bridge", broker.endpoint());
      bridge.join();
      for (int i = 0; i < 20; ++i) {
        Draft draft;
        draft.from = "bridge";
        draft.to = "haven";
        draft.slots = every_slot("x");
        bridge.submit(seal_draft(network, draft));
      }
      broker.stop();
      if (round == 1) fs::copy(store, old, fs::copy_options::recursive);
      if (round < 2) broker.start();
    }
    size = entries_of(copy("count")).size();
    size_of_old = entries_of(old).size();
    const std::string text = "log " + network.log_key().text() + "\nquorum none\n";
    REQUIRE(io::write_durably(trust, view_of(text)));
    REQUIRE(run({"audit", "export", copy("for-export"), "--trust", trust, "--out",
                 temp.path() + "/export"})
                .status == 0);
  }
  [[nodiscard]] std::string copy(const std::string& name, const std::string& of = "") const {
    const std::string path = temp.path() + "/" + name;
    fs::remove_all(path);
    fs::copy(of.empty() ? store : of, path, fs::copy_options::recursive);
    return path;
  }
  [[nodiscard]] std::string exported(const std::string& name) const {
    return copy(name, temp.path() + "/export");
  }
  [[nodiscard]] Verdict run(std::vector<std::string> words) const {
    const std::string output = temp.path() + "/said";
    fs::remove(output);
    words.push_back("--json");
    Process process("safeconduct", words, output);
    Verdict out;
    out.status = process.wait_for_exit(seconds(20));
    out.words = read_text(output);
    const std::size_t at = out.words.find("{");
    out.said =
        nlohmann::json::parse(out.words.substr(std::min(at, out.words.size())), nullptr, false);
    if (out.said.is_discarded()) {
      out.said = nlohmann::json::parse(
          out.words.substr(at, out.words.rfind('}') + 1 - std::min(at, out.words.size())), nullptr,
          false);
    }
    return out;
  }
  [[nodiscard]] Verdict verify(const std::string& path) const {
    return run({"audit", "verify", path, "--trust", trust});
  }
};

const Original& original() {
  static const Original one;
  return one;
}

template <class Change>
void through_database(const std::string& store, const Change& change) {
  auto db = io::KvStore::open(store::database_path(store), store::store_options());
  REQUIRE(db.has_value());
  io::WriteBatch batch(*db);
  const auto get = [&](std::uint64_t at) {
    return db->get(store::kEntries, store::entry_key(at)).value().value();
  };
  const auto put = [&](std::uint64_t at, const Bytes& record) {
    batch.put(store::kEntries, store::entry_key(at), record);
  };
  const auto erase = [&](std::uint64_t at) { batch.erase(store::kEntries, store::entry_key(at)); };
  change(get, put, erase, batch);
  REQUIRE(db->commit(batch, io::Sync::kYes));
}

void flip(const std::string& file, std::uint64_t at) {
  std::fstream bytes(file, std::ios::binary | std::ios::in | std::ios::out);
  REQUIRE(bytes.good());
  bytes.seekg(static_cast<std::streamoff>(at));
  const int byte = bytes.get();
  bytes.seekp(static_cast<std::streamoff>(at));
  bytes.put(static_cast<char>(byte ^ 1));
}

void found(const Verdict& verdict, std::uint64_t from, std::uint64_t to) {
  INFO(verdict.words);
  CHECK(verdict.status == 1);
  REQUIRE(verdict.first_bad().has_value());
  CHECK(*verdict.first_bad() >= from);
  CHECK(*verdict.first_bad() <= to);
}

constexpr std::uint64_t kPlace = 21;  // its neighbour is 20: a store keeps no hash of one entry

}  // namespace

TEST_CASE("The original verifies, and so does its export") {
  CHECK(original().size > original().size_of_old);
  CHECK(original().verify(original().copy("whole")).status == 0);
  CHECK(original().verify(original().exported("whole-export")).status == 0);
}

TEST_CASE("Entries edited, deleted, inserted, swapped and appended through the database") {
  struct Case {
    const char* what;
    std::uint64_t from;
    std::uint64_t to;
    std::function<void(const std::string&)> change;
  };
  const std::uint64_t size = original().size;
  const auto database = [](auto change) {
    return [change](const std::string& store) { through_database(store, change); };
  };
  const std::vector<Case> cases = {
      {"edited part", kPlace, kPlace, database([](auto get, auto put, auto, auto&) {
         Bytes record = get(kPlace);
         record.back() ^= 1;
         put(kPlace, record);
       })},
      {"edited leaf", kPlace - 1, kPlace, database([](auto get, auto put, auto, auto&) {
         Bytes record = get(kPlace);
         record[60] ^= 1;
         put(kPlace, record);
       })},
      {"deleted", kPlace, kPlace, database([](auto, auto, auto erase, auto&) { erase(kPlace); })},
      {"two in a row deleted", kPlace, kPlace, database([](auto, auto, auto erase, auto&) {
         erase(kPlace);
         erase(kPlace + 1);
       })},
      {"two in a row deleted, the gap closed", kPlace, kPlace,
       database([size](auto get, auto put, auto erase, auto&) {
         for (std::uint64_t at = kPlace; at + 2 < size; ++at) put(at, get(at + 2));
         erase(size - 1);
         erase(size - 2);
       })},
      {"inserted", kPlace, kPlace, database([size](auto get, auto put, auto, auto&) {
         for (std::uint64_t at = size; at > kPlace; --at) put(at, get(at - 1));
         put(kPlace, get(kPlace - 2));
       })},
      {"swapped", kPlace, kPlace, database([](auto get, auto put, auto, auto&) {
         put(kPlace, get(kPlace + 4));
         put(kPlace + 4, get(kPlace));
       })},
      {"appended garbage", size, size,
       database([size](auto, auto put, auto, auto&) { put(size, Bytes(300, 7)); })},
      {"an entry appended", size, size,
       database([size](auto get, auto put, auto, auto&) { put(size, get(size - 1)); })},
      {"tail cut off", size - 3, size - 3, database([size](auto, auto, auto erase, auto&) {
         for (std::uint64_t at = size - 3; at < size; ++at) erase(at);
       })},
  };
  for (const Case& one : cases) {
    INFO(one.what);
    const std::string store = original().copy("tampered");
    one.change(store);
    found(original().verify(store), one.from, one.to);
  }
}

TEST_CASE("A checkpoint edited or signed by another key") {
  const Network stranger({{"bridge", {"ngo_case"}}, {"haven", {"shelter"}}});
  for (const bool resigned : {false, true}) {
    const std::string store = original().copy("tampered");
    through_database(store, [&](auto, auto, auto, io::WriteBatch& batch) {
      ledger::TreeHead head{original().size, {}};
      std::string note = ledger::sign_checkpoint(original().network.log_key().name(), head,
                                                 stranger.log_signing());
      if (!resigned) {
        auto source = read_text(original().temp.path() + "/export/checkpoint");
        source[source.find('\n') + 1] ^= 1;
        note = source;
      }
      batch.put(store::kHead, store::head_note_key(), view_of(note));
    });
    const Verdict verdict = original().verify(store);
    INFO(verdict.words);
    CHECK(verdict.status == 1);
    CHECK_THAT(verdict.words, Catch::Contains("checkpoint is not to be trusted"));
  }
}

TEST_CASE("The newest write-ahead log removed, and an older copy of the database put back") {
  const std::string without_log = original().copy("tampered");
  std::size_t removed = 0;
  for (const auto& file : fs::directory_iterator(without_log + "/db")) {
    if (file.path().extension() == ".log" && file.file_size() > 0) {
      fs::remove(file.path());
      ++removed;
    }
  }
  REQUIRE(removed > 0);
  const Verdict gone = original().verify(without_log);
  INFO(gone.words);
  CHECK(gone.status == 1);
  const std::string older = original().copy("tampered");
  fs::remove_all(older + "/db");
  fs::copy(original().old + "/db", older + "/db", fs::copy_options::recursive);
  const Verdict old = original().verify(older);
  found(old, original().size_of_old, original().size_of_old);
  CHECK_THAT(old.words, Catch::Contains("older copy"));
  // The whole folder put back: whoever kept a later head finds it by that.
  const std::string whole = original().copy("tampered", original().old);
  CHECK(original().verify(whole).status == 0);
  const Verdict kept = original().run({"audit", "verify", whole, "--trust", original().trust,
                                       "--head", original().temp.path() + "/export/checkpoint"});
  found(kept, original().size_of_old, original().size_of_old);
}

TEST_CASE("A value edited on disk below the database, anywhere in its files") {
  std::size_t tried = 0;
  for (const auto& file : fs::directory_iterator(original().store + "/db")) {
    const std::string name = file.path().filename();
    const bool table = file.path().extension() == ".sst";
    if (!table || file.file_size() < 4000) continue;
    for (const std::uint64_t at : {file.file_size() / 7, file.file_size() / 3}) {
      const std::string store = original().copy("tampered");
      flip(store + "/db/" + name, at);
      const Verdict verdict = original().verify(store);
      INFO(name << " " << at << ": " << verdict.words);
      // Of a table that holds no entries the audit reads nothing: then all is as it was.
      CHECK((verdict.status == 1 || verdict.status == 0));
      tried += verdict.status == 1 ? 1 : 0;
    }
  }
  CHECK(tried > 0);
}

TEST_CASE("Bits of tiles, bundles, parts and the checkpoint of an export") {
  struct Case {
    const char* what;
    std::string file;
    std::uint64_t at;
    std::uint64_t from;
    std::uint64_t to;
  };
  const std::size_t width = static_cast<std::size_t>(std::min<std::uint64_t>(256, original().size));
  const std::string bundle = ledger::bundle_path(0, width);
  const std::string tile = ledger::tile_path({0, 0}, width);
  constexpr std::uint64_t kInBundle = 2 + ledger::kLeafBytes;
  const std::vector<Case> cases = {
      {"an entry's leaf", bundle, kPlace * kInBundle + 60, kPlace, kPlace},
      {"the length of an entry", bundle, kPlace * kInBundle + 1, kPlace, kPlace},
      {"a tile", tile, kPlace * 32 + 3, kPlace, kPlace},
  };
  for (const Case& one : cases) {
    INFO(one.what);
    const std::string folder = original().exported("tampered");
    flip(folder + "/" + one.file, one.at);
    found(original().verify(folder), one.from, one.to);
  }
  const std::string checkpoint = original().exported("tampered");
  flip(checkpoint + "/checkpoint", 20);
  CHECK(original().verify(checkpoint).status == 1);
  const std::string cut = original().exported("tampered");
  fs::resize_file(cut + "/" + bundle, kPlace * kInBundle + 5);
  found(original().verify(cut), kPlace, kPlace);
  const std::string more = original().exported("tampered");
  std::ofstream(more + "/" + bundle, std::ios::app) << "garbage";
  CHECK(original().verify(more).status == 1);
}
