// The directory: which agencies are in the network, their keys, roles and standing. A text that a
// person can read, in line form, carried in a signed note of the network's offline authority
// (schemas/ledger/note.h). Versions only grow.
//
//   safeconduct directory 1
//   network demo.example
//   version 3
//   issued 2026-11-24T10:00:00.000Z
//   broker <transport key, base64>
//   log <vkey of the ledger's checkpoints>
//   officer <vkey of a privacy officer>            one line each; two of them sign a policy
//   agency haven shelter,housing active            id, roles, standing
//     signing <base64>
//     transport <base64>
//     agreement 2026-01-01 2027-01-01              signed, valid until (both included)
//     training 2026-01-01 2027-01-01
//     direct tcp://haven.example:7700              where content may be brought; may be left out
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "schemas/base/bytes.h"
#include "schemas/base/ids.h"
#include "schemas/base/instant.h"

namespace safeconduct::wire {

enum class Standing : std::uint8_t { kActive = 1, kSuspended = 2, kLeft = 3 };

struct DatedProof {  // an agreement or a training, valid from the start of `from` to the end of
                     // `until`, UTC
  Date from;
  Date until;
  [[nodiscard]] bool covers(Instant at) const;
  friend bool operator==(const DatedProof&, const DatedProof&) = default;
};

struct DirectoryAgency {
  AgencyId id;
  std::vector<std::string> roles;  // vocabulary words, 1..8; whoever uses them refuses unknown ones
  Standing standing = Standing::kActive;
  ByteArray<32> signing_key{};    // Ed25519
  ByteArray<32> transport_key{};  // CURVE
  DatedProof agreement;
  DatedProof training;
  std::string direct{};  // where its agent takes content from other agents; empty: nowhere
  friend bool operator==(const DirectoryAgency&, const DirectoryAgency&) = default;
};

struct Directory {
  std::string network;
  std::uint64_t version = 1;
  Instant issued;
  ByteArray<32> broker_transport_key{};
  std::string log_vkey;
  std::vector<std::string> officer_vkeys;
  std::vector<DirectoryAgency> agencies;  // ascending by id

  [[nodiscard]] const DirectoryAgency* find(const AgencyId& id) const;
  friend bool operator==(const Directory&, const Directory&) = default;
};

// The canonical text, every line ended by LF.
[[nodiscard]] std::string to_text(const Directory& directory);

// Only the canonical text is accepted. Errors: kUnsupported for another version of the form;
// kInvalid with the line.
[[nodiscard]] Result<Directory> parse_directory(std::string_view text);

[[nodiscard]] std::string_view name(Standing standing);
[[nodiscard]] std::optional<Standing> standing_named(std::string_view word);

}  // namespace safeconduct::wire
