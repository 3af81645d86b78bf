// The scene that most tests of the broker play in: a real broker, an agency that refers and one
// that receives. And what lies in a stopped broker's store.
#pragma once

#include "schemas/ledger/entry.h"
#include "tests/rig/broker.h"
#include "tests/rig/client.h"

namespace safeconduct::rig {

struct Scene {
  Network network{{{"bridge", {"ngo_case"}},
                   {"haven", {"shelter"}},
                   {"metro", {"police"}},
                   {"stmary", {"health"}}}};
  TempFolder folder;
  Broker broker{network, folder.path() + "/broker"};
  Client bridge{network, "bridge", broker.endpoint()};
  Client haven{network, "haven", broker.endpoint()};

  Scene() {
    bridge.join();
    haven.join();
  }
  // Bridge to haven for safe accommodation, every slot offered, under the given consent.
  [[nodiscard]] Draft draft(const ConsentId& consent) const;
  // The same under a new consent to everything, which is recorded first.
  [[nodiscard]] Draft draft_with_consent();
};

// The whole ledger of a store that no process has open. Throws when it cannot be read.
[[nodiscard]] std::vector<ledger::Entry> entries_of(const std::string& store_folder);

// Refused frames in it, by agency and verdict.
struct Refusal {
  std::string agency;
  std::uint8_t verdict = 0;
  std::uint32_t count = 0;
  std::string what;
};
[[nodiscard]] std::vector<Refusal> refusals_in(const std::vector<ledger::Entry>& entries);

// How often a kind of entry names the message in its routing part.
[[nodiscard]] std::size_t count_of(const std::vector<ledger::Entry>& entries,
                                   ledger::EntryKind kind, const MessageId& message);

// Waits until `done` holds, at most `wait`.
[[nodiscard]] bool wait_until(Duration wait, const std::function<bool()>& done);

// From the environment: SAFECONDUCT_LONG=1 asks for the long form of random tests, SAFECONDUCT_SEED
// repeats one. Prints the seed.
[[nodiscard]] bool long_form();
[[nodiscard]] std::uint64_t seed_of(const std::string& test);

}  // namespace safeconduct::rig
