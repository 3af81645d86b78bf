// The command that an entry came from, built again from what the entry observed, every signature
// and hash in it checked again.
#pragma once

#include "broker/audit/key_book.h"
#include "broker/core/command.h"
#include "broker/core/state_view.h"
#include "schemas/ledger/entry.h"

namespace safeconduct::audit {

struct Rebuilt {
  enum class What {
    kCommand,   // apply it and compare
    kObserved,  // the entry states facts that nothing could derive
    kPruned,    // the parts that it takes are not here
  };
  What what = What::kCommand;
  core::Command command = core::Heartbeat{};
};

struct Scene {
  const core::StateView& state;
  const core::Knowledge& knowledge;
  const KeyBook& keys;
};

// A receipt's command ahead of its turn, from the entry alone: whether it is about a message that
// its signer was given, the core decides. Nothing when the entry does not say enough or its
// signature does not hold under these keys. On any thread.
[[nodiscard]] std::optional<Rebuilt> receipt_alone(const ledger::Entry& entry, const KeyBook& keys);

// Errors: kUnauthentic, kInvalid: what the entry rests on does not hold.
[[nodiscard]] Result<Rebuilt> rebuild(const ledger::Entry& entry, const Scene& scene);

}  // namespace safeconduct::audit
