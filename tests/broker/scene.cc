#include "tests/broker/scene.h"

#include <chrono>
#include <cstdlib>
#include <iostream>
#include <random>
#include <stdexcept>
#include <thread>

#include "broker/store/store.h"
#include "schemas/wire/parts.h"

namespace safeconduct::rig {

Draft Scene::draft(const ConsentId& consent) const {
  Draft draft;
  draft.from = "bridge";
  draft.to = "haven";
  draft.consent = consent;
  draft.slots = every_slot("text of slot ");
  return draft;
}

Draft Scene::draft_with_consent() {
  const auto consent =
      full_consent(network.agency("bridge"), policies::Purpose::kSafeAccommodation, "haven");
  bridge.record_consent(consent);
  return draft(consent.id);
}

std::vector<ledger::Entry> entries_of(const std::string& store_folder) {
  SystemRandom random;
  const auto store = store::Store::open(store_folder, {.create_if_missing = false}, random);
  if (!store) throw std::runtime_error(store.error().message);
  std::vector<ledger::Entry> out;
  for (std::uint64_t i = 0; i < (*store)->size(); ++i) {
    auto entry = (*store)->entry(i);
    if (!entry) throw std::runtime_error(entry.error().message);
    out.push_back(std::move(*entry));
  }
  return out;
}

std::vector<Refusal> refusals_in(const std::vector<ledger::Entry>& entries) {
  std::vector<Refusal> out;
  for (const ledger::Entry& entry : entries) {
    if (entry.leaf.kind != ledger::EntryKind::kRefusedFrame) continue;
    const auto& part = entry.part(ledger::PartKind::kRestricted);
    const auto refusal = wire::decode_restricted_refusal(part->bytes).value();
    out.push_back({refusal.agency.text(), refusal.verdict, refusal.count, refusal.what});
  }
  return out;
}

std::size_t count_of(const std::vector<ledger::Entry>& entries, ledger::EntryKind kind,
                     const MessageId& message) {
  std::size_t count = 0;
  for (const ledger::Entry& entry : entries) {
    const auto& part = entry.part(ledger::PartKind::kRouting);
    if (entry.leaf.kind != kind || !part) continue;
    if (wire::decode_routing(part->bytes).value().message == message) ++count;
  }
  return count;
}

bool wait_until(Duration wait, const std::function<bool()>& done) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(wait.ms);
  while (!done()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

bool long_form() {
  const char* const asked = std::getenv("SAFECONDUCT_LONG");
  return asked != nullptr && std::string(asked) == "1";
}

std::uint64_t seed_of(const std::string& test) {
  const char* const given = std::getenv("SAFECONDUCT_SEED");
  const std::uint64_t seed = given != nullptr ? std::stoull(given) : std::random_device{}();
  std::cout << test << ": SAFECONDUCT_SEED=" << seed << " repeats this run" << std::endl;
  return seed;
}

}  // namespace safeconduct::rig
