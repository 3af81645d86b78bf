// What the core holds in memory because it grows with agencies, not with referrals: the directory,
// the policy and the sealing cards in force, and whose log it is. Read from the state at start and
// kept equal to it by every command that changes one.
#pragma once

#include <map>
#include <optional>

#include "broker/core/state_view.h"
#include "policies/compile.h"
#include "schemas/wire/directory.h"
#include "schemas/wire/parts.h"

namespace safeconduct::core {

struct Card {
  KeyId key;
  std::uint64_t counter = 0;
  Instant accepted_until;
  std::uint64_t position = 0;  // of its entry
};

// A policy that lies in the ledger and decides from its start time on.
struct PendingPolicy {
  Instant from;
  std::uint64_t position = 0;
  policies::CompiledPolicy policy;
  Bytes note;
};

struct Knowledge {
  std::string network;
  std::string authority;  // vkey
  std::string log;        // vkey
  std::uint64_t directory_position = wire::InForce::kNone;
  std::optional<wire::Directory> directory;
  std::uint64_t policy_position = wire::InForce::kNone;
  std::optional<policies::CompiledPolicy> policy;
  std::vector<PendingPolicy> pending;           // ascending by position and by start
  std::map<AgencyId, std::vector<Card>> cards;  // newest last; those still accepted, and the newest

  // A term of the policy in force; the bound that no policy goes beyond while there is none.
  [[nodiscard]] std::uint32_t term(policies::Term which) const {
    return policy ? policy->term(which) : policies::bound_of(which);
  }
  // The policy that was recorded last, in force or not, and its position; null while there is none.
  [[nodiscard]] const policies::CompiledPolicy* latest_policy() const {
    return !pending.empty() ? &pending.back().policy : policy ? &*policy : nullptr;
  }
  [[nodiscard]] std::uint64_t latest_policy_position() const {
    return !pending.empty() ? pending.back().position : policy_position;
  }

  // An agency that is in good standing, or null.
  [[nodiscard]] const wire::DirectoryAgency* active(const AgencyId& id) const;
  [[nodiscard]] bool accepts_card(const AgencyId& agency, const KeyId& key, Instant now) const;
  // The signing key's id of each agency of the directory; nothing for an agency that is not there.
  [[nodiscard]] std::optional<KeyId> signing_key(const AgencyId& agency) const;

  void take_directory(wire::Directory value, std::uint64_t position);
  // Adds the newest card and forgets those that are no longer accepted at `now`.
  void take_card(const AgencyId& agency, const Card& card, Instant now);

 private:
  std::map<AgencyId, KeyId> signing_keys_;
};

// The genesis text: network, authority, log. Position 0 of every log.
[[nodiscard]] std::string genesis_text(std::string_view network, std::string_view authority,
                                       std::string_view log);

[[nodiscard]] Result<Knowledge> load_knowledge(const StateView& state);
[[nodiscard]] Bytes encode_cards(const std::vector<Card>& cards);

}  // namespace safeconduct::core
