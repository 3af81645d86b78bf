// The folder of one agency: its private keys, its public card, and the configuration of its agent.
#pragma once

#include <optional>
#include <string>

#include "agents/cli/agency_card.h"
#include "agents/cli/network_facts.h"
#include "schemas/base/clock.h"

namespace safeconduct::cli {

// Makes DIR (0700) with signing.key, transport.key, rest.key, sealing/1.key (0600 each), `card`
// and, when the network is known, agent.toml. Everything is synced when this returns. DIR may exist
// when it is private; no file in it is ever replaced. Errors: kConflict (a file is there already),
// kForbidden, kIo.
[[nodiscard]] Result<AgencyCard> create_agency_folder(const std::string& path,
                                                      const AgencyId& agency,
                                                      const std::optional<NetworkFacts>& network,
                                                      Random& random);

// The card of an existing folder, checked against the private keys beside it. Errors: kUnauthentic
// when they do not belong together; those of the key files.
[[nodiscard]] Result<AgencyCard> read_agency_folder(const std::string& path);

// The text of agent.toml.
[[nodiscard]] std::string agent_config(const AgencyId& agency, const NetworkFacts& network);

// An officer's signing key, DIR/NAME.key (0600), and the vkey that the directory lists. Errors:
// kInvalid (the name), kConflict, kForbidden, kIo.
[[nodiscard]] Result<ledger::NoteKey> create_officer(const std::string& folder,
                                                     const std::string& name, Random& random);

}  // namespace safeconduct::cli
