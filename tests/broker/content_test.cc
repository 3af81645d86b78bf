// What is nowhere on the broker's disk: content, keys that open it, and the keys of bodies that
// ended. Each search is tried on something that is there.
#include <catch2/catch.hpp>
#include <filesystem>

#include "broker/store/layout.h"
#include "broker/store/store.h"
#include "schemas/io/file.h"
#include "schemas/wire/parts.h"
#include "tests/broker/scene.h"

using namespace safeconduct;
using namespace safeconduct::rig;
namespace fs = std::filesystem;

namespace {

// What a text may look like in a file: itself, hex, and base64 at each of three alignments.
std::vector<std::string> looks_of(const std::string& text) {
  const std::string hex = to_hex(view_of(text));
  std::string upper = hex;
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  std::vector<std::string> out = {text, hex, upper};
  for (std::size_t before = 0; before < 3; ++before) {
    const std::string coded = to_base64(view_of(std::string(before, 'x') + text));
    // Without the characters that what stands before and after has a part in.
    const std::size_t first = before == 0 ? 0 : before + 1;
    const std::size_t bits = 8 * (before + text.size());
    out.push_back(coded.substr(first, bits / 6 - first));
  }
  return out;
}

// The files below `folder` that hold any look of any of the texts.
std::vector<std::string> files_with(const std::string& folder,
                                    const std::vector<std::string>& texts) {
  std::vector<std::string> found;
  for (const auto& file : fs::recursive_directory_iterator(folder)) {
    if (!file.is_regular_file()) continue;
    const std::string content = read_text(file.path().string());
    for (const std::string& text : texts) {
      for (const std::string& look : looks_of(text)) {
        if (::memmem(content.data(), content.size(), look.data(), look.size()) == nullptr) continue;
        found.push_back(file.path().filename().string());
      }
    }
  }
  return found;
}

std::string raw(ByteView bytes) {
  return std::string(text_of(bytes));
}

void uncompressed(Network& network, const std::string& folder) {
  network.write_broker_folder(folder);
  std::string config = read_text(folder + "/broker.toml");
  config.replace(config.find("[broker]\n"), 9,
                 "[broker]\ncompress = false\nlog_level = \"debug\"\n");
  REQUIRE(io::write_durably(folder + "/broker.toml", view_of(config)));
}

// A unique text for every slot.
std::map<std::uint8_t, std::string> canaries(std::vector<std::string>& all) {
  SystemRandom random;
  std::map<std::uint8_t, std::string> slots;
  for (std::size_t i = 0; i < policies::kSlotCount; ++i) {
    const std::string text = "canary-" + to_hex(random.array<12>());
    slots[static_cast<std::uint8_t>(i)] = text;
    all.push_back(text);
  }
  return slots;
}

}  // namespace

TEST_CASE("No file of the broker holds content, nor a key that opens it") {
  Network network({{"bridge", {"ngo_case"}}, {"haven", {"shelter"}}});
  const TempFolder temp;
  const std::string folder = temp.path() + "/broker";
  uncompressed(network, folder);
  Broker broker(network, folder);
  Client bridge(network, "bridge", broker.endpoint());
  Client haven(network, "haven", broker.endpoint());
  bridge.join();
  haven.join();
  const auto consent =
      full_consent(network.agency("bridge"), policies::Purpose::kSafeAccommodation, "haven");
  bridge.record_consent(consent);
  std::vector<std::string> texts;
  Draft draft;
  draft.from = "bridge";
  draft.to = "haven";
  draft.consent = consent.id;
  draft.slots = canaries(texts);
  const auto received = seal_draft(network, draft);
  REQUIRE(bridge.submit(received).admitted);
  haven.credit(1);
  const auto delivery = haven.expect<wire::Delivery>();
  CHECK_FALSE(haven.open(delivery, network).empty());
  haven.acknowledge(delivery);
  draft.slots = canaries(texts);
  const auto waiting = seal_draft(network, draft);
  REQUIRE(bridge.submit(waiting).admitted);
  draft.slots = canaries(texts);
  draft.consent = {};
  CHECK_FALSE(bridge.submit(seal_draft(network, draft)).admitted);
  auto broken = seal_draft(network, draft);
  broken.submission.sealed.leaves[0][0] ^= 1;
  bridge.answer_to(bridge.send({0, broken.submission}));

  for (const char* name : {"bridge", "haven"}) {
    const Agency& agency = network.agency(name);
    texts.push_back(raw(agency.sealing.secret().expose()));
    texts.push_back(raw(agency.transport.secret().expose()));
  }
  // As it lies after a kill, in the database's log, and again after a start and an orderly end.
  broker.kill_now();
  CHECK(files_with(folder, texts).empty());
  broker.start();
  REQUIRE(broker.stop() == 0);
  CHECK(files_with(folder, texts).empty());

  // The same search finds what is there: ids and leaves in the ledger, and a planted text.
  CHECK_FALSE(files_with(folder, {raw(waiting.header.message_id.bytes)}).empty());
  CHECK_FALSE(files_with(folder, {raw(waiting.submission.sealed.leaves[5])}).empty());
  for (const std::string& look : looks_of(texts[7])) {
    const std::string planted = folder + "/store/planted";
    REQUIRE(io::write_durably(planted, view_of("ab" + look + "yz")));
    CHECK(files_with(folder, {texts[7]}) == std::vector<std::string>{"planted"});
    fs::remove(planted);
  }
  // Even the ciphertext rests under a key of its own, which can be destroyed.
  const Bytes& ciphertext = waiting.submission.sealed.slots[1].ciphertext;
  CHECK(files_with(folder, {raw(ciphertext)}).empty());
}

namespace {

constexpr std::size_t kHeaderBytes = 4096;
constexpr std::size_t kKeyBytes = 32;

std::vector<std::string> keys_in(const std::string& file) {
  const std::string content = read_text(file);
  std::vector<std::string> keys;
  for (std::size_t at = kHeaderBytes; at + kKeyBytes <= content.size(); at += kKeyBytes) {
    const std::string key = content.substr(at, kKeyBytes);
    if (key.find_first_not_of('\0') != std::string::npos) keys.push_back(key);
  }
  return keys;
}

bool holds_none(const std::string& file, const std::vector<std::string>& keys) {
  const std::string content = read_text(file);
  return std::all_of(keys.begin(), keys.end(), [&](const std::string& key) {
    return content.find(key) == std::string::npos;
  });
}

void copy_store(const std::string& from, const std::string& to) {
  fs::copy(from, to, fs::copy_options::recursive);
  fs::permissions(to, fs::perms::owner_all);
}

// The body as a store on these files gives it.
Result<std::optional<Bytes>> body_in(const std::string& folder, const MessageId& message) {
  SystemRandom random;
  auto store = store::Store::open(folder, {.create_if_missing = false}, random);
  REQUIRE(store);
  return (*store)->body(message);
}

}  // namespace

TEST_CASE(
    "The key of a body ends on disk with receipt, withdrawal and expiry, even for old copies") {
  Scene scene;
  const std::string keys = store::key_slot_path(scene.broker.store());
  const auto received = seal_draft(scene.network, scene.draft_with_consent());
  Draft draft = scene.draft_with_consent();
  const ConsentId consent = draft.consent;
  const auto withdrawn = seal_draft(scene.network, draft);
  draft = scene.draft_with_consent();
  draft.life = seconds(8);
  const auto expired = seal_draft(scene.network, draft);
  for (const auto* sealed : {&received, &withdrawn, &expired}) {
    REQUIRE(scene.bridge.submit(*sealed).admitted);
  }
  const auto before = keys_in(keys);
  REQUIRE(before.size() == 3);
  // A backup taken now, keys and all, and one without the keys, as backups are to be.
  scene.broker.kill_now();
  const std::string whole = scene.folder.path() + "/whole";
  const std::string backup = scene.folder.path() + "/backup";
  copy_store(scene.broker.store(), whole);
  copy_store(scene.broker.store(), backup);
  scene.broker.start();

  Client haven(scene.network, "haven", scene.broker.endpoint());
  haven.join();
  haven.credit(1);
  const auto delivery = haven.expect<wire::Delivery>();
  REQUIRE(wire::decode_header(delivery.sealed.header)->message_id == received.header.message_id);
  haven.acknowledge(delivery);
  Client bridge(scene.network, "bridge", scene.broker.endpoint());
  bridge.join();
  const wire::Withdrawal withdrawal{consent, {}, bridge.agency().id, 0, SystemClock().now()};
  const auto request = bridge.send(
      {0, signed_record(bridge.agency(), wire::RecordKind::kWithdrawal, encode(withdrawal))});
  CHECK(std::holds_alternative<wire::Recorded>(bridge.answer_to(request).body));
  CHECK(wait_until(seconds(20), [&] { return keys_in(keys).empty(); }));
  CHECK(holds_none(keys, before));
  REQUIRE(scene.broker.stop() == 0);
  CHECK(holds_none(keys, before));

  // The old database with the keys as they are now opens nothing; with those of then it would.
  fs::copy_file(keys, store::key_slot_path(backup), fs::copy_options::overwrite_existing);
  for (const auto* sealed : {&received, &withdrawn, &expired}) {
    const auto body = body_in(backup, sealed->header.message_id);
    CHECK_FALSE(body.has_value());
    const auto then = body_in(whole, sealed->header.message_id);
    REQUIRE(then);
    CHECK(then->has_value());
  }
}
