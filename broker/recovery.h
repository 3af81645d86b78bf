// What to do when the newest store is lost: a new log under a new origin, whose first entry names
// the head that was published, the head that was restored, and the gap. Nothing is taken over from
// the old store, so that the new log stands on itself; the agencies send again what they hold.
#pragma once

#include "broker/settings.h"
#include "schemas/base/clock.h"
#include "schemas/ledger/tree.h"

namespace safeconduct::broker {

struct Recovered {
  ledger::NoteKey log;         // the new one
  std::string kept_at;         // where the restored store lies now
  ledger::TreeHead published;  // of the old log
  ledger::TreeHead restored;
};

// Errors: kConflict (the store is the newest: nothing to recover), kNotFound, kIo, kCorrupt.
[[nodiscard]] Result<Recovered> recover(const Settings& settings,
                                        const seal::SigningKey& log_signing, Random& random,
                                        const Clock& clock);

// The name of the log after the one of that name: `a/log` -> `a/log/2` -> `a/log/3`.
[[nodiscard]] std::string next_origin(const std::string& origin);

}  // namespace safeconduct::broker
