// The folder of a network's authority: its offline signing key, the directory that it signs, and
// the folder `broker/` that goes to the machine that runs the broker.
//
//   authority.key   directory.note   network.toml   trust
//   broker/broker.toml   broker/transport.key   broker/log.key   broker/directory.note
//
// One person at one machine works in it at a time. Every change is a new version of the directory:
// one higher, dated not before the last, signed, written whole.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agents/cli/agency_card.h"
#include "agents/cli/network_facts.h"
#include "schemas/base/clock.h"
#include "schemas/wire/directory.h"

namespace safeconduct::cli {

struct NewNetwork {
  std::string name;      // also the authority's key name
  std::string endpoint;  // where agents find the broker, and where it binds
  std::vector<ledger::NoteKey> officers{};
};

struct NewAgency {
  AgencyCard card;
  std::vector<std::string> roles;  // words of the vocabulary
  wire::DatedProof agreement;
  wire::DatedProof training;
  std::string direct{};  // where its agent takes content directly; empty: nowhere
};

class NetworkFolder {
 public:
  // Makes a folder that must be missing or empty. Errors: kConflict, kInvalid, kForbidden, kIo.
  [[nodiscard]] static Result<NetworkFolder> create(const std::string& path,
                                                    const NewNetwork& network, Random& random,
                                                    Instant now);
  // Errors: kUnauthentic when the directory is not signed by the authority of network.toml;
  // kInvalid, kNotFound, kIo.
  [[nodiscard]] static Result<NetworkFolder> open(const std::string& path);

  [[nodiscard]] const NetworkFacts& facts() const { return facts_; }
  [[nodiscard]] const wire::Directory& directory() const { return directory_; }
  // directory.note as it lies there.
  [[nodiscard]] const std::string& directory_note() const { return note_; }
  // False when the broker's copy is another version (the last change was interrupted); any further
  // change, or refresh_broker(), mends it.
  [[nodiscard]] bool broker_is_current() const;
  [[nodiscard]] Status refresh_broker() const;

  // Each of these writes and signs a new version; on an error nothing has changed.
  // Errors: kConflict (the id or a key is in the directory already), kInvalid. An agency that left
  // may be added again under a new card.
  [[nodiscard]] Status add(const NewAgency& agency, Instant now);
  // Errors: kNotFound with the nearest id; kConflict (it has that standing, or has left).
  [[nodiscard]] Status set_standing(std::string_view agency, wire::Standing standing, Instant now);
  // A new agreement, a new training, or both. Errors: kNotFound with the nearest id; kConflict (has
  // left); kInvalid (neither given).
  [[nodiscard]] Status renew(std::string_view agency,
                             const std::optional<wire::DatedProof>& agreement,
                             const std::optional<wire::DatedProof>& training, Instant now);
  // A log that was opened after a loss (`safeconduct-broker --recover`); network.toml and the trust
  // file name it too. Errors: kConflict (named already).
  [[nodiscard]] Status set_log(const ledger::NoteKey& log, Instant now);
  // Errors: kConflict (listed already).
  [[nodiscard]] Status add_officer(const ledger::NoteKey& officer, Instant now);

 private:
  NetworkFolder(std::string path, NetworkFacts facts, wire::Directory directory, std::string note);
  [[nodiscard]] Status publish(wire::Directory next, Instant now);
  [[nodiscard]] Result<wire::DirectoryAgency*> find(wire::Directory& in,
                                                    std::string_view agency) const;

  std::string path_;
  NetworkFacts facts_;
  wire::Directory directory_;
  std::string note_;
};

}  // namespace safeconduct::cli
