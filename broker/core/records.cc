// What comes into force through the ledger: the log itself, directories, policies, sealing cards.
#include <algorithm>
#include <set>

#include "broker/core/keys.h"
#include "broker/core/step.h"
#include "policies/diff.h"
#include "schemas/base/limits.h"
#include "schemas/ledger/note.h"
#include "schemas/wire/activation.h"

namespace safeconduct::core {
namespace {

using ledger::EntryKind;
using wire::Verdict;

constexpr std::size_t kPendingMax = 8;  // each is compiled and kept in memory
constexpr Duration kStartMax = days(366);

Bytes in_force(std::uint64_t position, const Bytes& note) {
  return ByteWriter().u64(position).raw(note).take();
}

// The same bytes are in force already.
bool is_in_force(const StateView& state, ByteView key, const Bytes& note) {
  const auto known = state.get(key);
  return known && equal(ByteView(*known).subspan(8), note);
}

Status check_roles(const wire::Directory& directory) {
  for (const wire::DirectoryAgency& agency : directory.agencies) {
    for (const std::string& role : agency.roles) {
      if (!policies::role_named(role)) {
        return invalid("agency `" + agency.id.text() + "` has the role `" + role +
                       "`, which the vocabulary lacks; correct it and sign the directory again");
      }
    }
  }
  return {};
}

Result<wire::Directory> next_directory(const Knowledge& knowledge, const PutDirectory& command) {
  if (command.authority != knowledge.authority) {
    return unauthentic("the directory is not signed by this network's authority");
  }
  TRY(note, ledger::parse_note(text_of(command.note)));
  TRY(directory, wire::parse_directory(note.text));
  if (directory.network != knowledge.network) {
    return invalid("the directory is of the network `" + directory.network + "`, not of this one");
  }
  if (knowledge.directory && directory.version <= knowledge.directory->version) {
    return Error{ErrorCode::kConflict, "the directory has version " +
                                           std::to_string(directory.version) + ", in force is " +
                                           std::to_string(knowledge.directory->version) +
                                           "; sign a later one"};
  }
  TRY_OK(check_roles(directory));
  return directory;
}

// Names a policy by its whole note.
keys::Key old_policy_key(const Bytes& note) {
  return keys::policy_of_old(ledger::part_commitment(ledger::PartKind::kNetwork, {{}, note}));
}

struct NextPolicy {
  policies::CompiledPolicy policy;
  Instant from;
};

// What an activation says of itself fits the log as it stands: so an old one cannot be used again,
// and two that were signed side by side do not both come into force.
Status check_activation(const Step& step, const wire::Activation& said, Instant from,
                        const policies::CompiledPolicy& next) {
  const Knowledge& knowledge = step.knowledge;
  if (said.network != knowledge.network) {
    return invalid("the activation is of the network `" + said.network + "`, not of this one");
  }
  const policies::CompiledPolicy* before = knowledge.latest_policy();
  if (before == nullptr || said.after != knowledge.latest_policy_position()) {
    return Error{ErrorCode::kConflict, "the activation replaces the policy of entry " +
                                           std::to_string(said.after) +
                                           ", the latest is that of entry " +
                                           std::to_string(knowledge.latest_policy_position()) +
                                           "; compare with that one and sign again"};
  }
  if (!knowledge.pending.empty() && from < knowledge.pending.back().from) {
    return Error{ErrorCode::kConflict, "another policy is to come into force at `" +
                                           to_rfc3339(knowledge.pending.back().from) +
                                           "`; this one can start then, or later"};
  }
  if (from > step.now + kStartMax) {
    return invalid("the activation starts more than a year from now; sign it nearer to its time");
  }
  if (policies::widens(*before, next) != said.opens) {
    return invalid(said.opens ? "the activation is marked as opening something, and opens nothing; "
                                "compare with the policy in force and sign again"
                              : "the activation is marked as opening nothing, but it opens "
                                "something; compare with the policy in force and sign again");
  }
  return {};
}

Result<NextPolicy> next_policy(const Step& step, const PutPolicy& command) {
  const StateView& state = step.tick;
  const Knowledge& knowledge = step.knowledge;
  // Whoever kept an old note cannot bring its policy back.
  if (state.get(old_policy_key(command.note))) {
    return Error{
        ErrorCode::kConflict,
        "this note was used before; to return to its policy, sign an activation of it with "
        "`safeconduct policy sign --agent`"};
  }
  if (officers_among(knowledge, command.officers) < 2) {
    return Error{ErrorCode::kForbidden,
                 "a policy needs the signatures of two different officers of the directory in "
                 "force; have it signed and send it again"};
  }
  TRY(note, ledger::parse_note(text_of(command.note)));
  TRY(said, wire::parse_policy_note_text(note.text));
  TRY(policy, policies::compile_text(said.policy, "policy"));
  if (policy.text() != said.policy) {
    return invalid(
        "the policy's text is not canonical; sign what `safeconduct policy format` says");
  }
  if (knowledge.pending.size() >= kPendingMax) {
    return Error{ErrorCode::kConflict, "too many policies wait for their start; let one begin"};
  }
  if (said.activation) {
    const Instant from = said.activation->from.value_or(step.now);
    TRY_OK(check_activation(step, *said.activation, from, policy));
    return NextPolicy{std::move(policy), from};
  }
  const policies::CompiledPolicy* before = knowledge.latest_policy();
  if (before != nullptr && (!knowledge.pending.empty() || policies::widens(*before, policy))) {
    return Error{ErrorCode::kForbidden,
                 "this policy opens something that the latest one does not, and its note does not "
                 "say so; sign an activation of it with `safeconduct policy sign --agent`"};
  }
  return NextPolicy{std::move(policy), step.now};
}

void enforce(Step& step, PendingPolicy next) {
  step.tick.put(keys::policy(), in_force(next.position, next.note));
  step.knowledge.policy = std::move(next.policy);
  step.knowledge.policy_position = next.position;
}

}  // namespace

std::size_t officers_among(const Knowledge& knowledge, const std::vector<std::string>& signers) {
  if (!knowledge.directory) return 0;
  const auto& officers = knowledge.directory->officer_vkeys;
  std::set<seal::VerifyKey> counted;
  for (const std::string& vkey : signers) {
    if (std::find(officers.begin(), officers.end(), vkey) == officers.end()) continue;
    // The key itself, without its name: one key under two names is one officer.
    const auto key = ledger::NoteKey::parse(vkey);
    if (key) counted.insert(key->key());
  }
  return counted.size();
}

bool signs_with(const Knowledge& knowledge, const AgencyId& agency, const KeyId& key) {
  return knowledge.signing_key(agency) == key && knowledge.active(agency) != nullptr;
}

void run(Step& step, const OpenLog& command) {
  if (step.next_position() != 0) {
    step.outcome.answer = Error{ErrorCode::kConflict, "the log has entries already"};
    return;
  }
  Bytes text =
      to_bytes(genesis_text(command.network, command.authority, command.log) + command.recovery);
  step.tick.put(keys::genesis(), text);
  step.knowledge.network = command.network;
  step.knowledge.authority = command.authority;
  step.knowledge.log = command.log;
  const EntryKind kind = command.recovery.empty() ? EntryKind::kGenesis : EntryKind::kRecovery;
  step.outcome.answer = Recorded{step.emit(kind, {.network = std::move(text)})};
}

void run(Step& step, const PutDirectory& command) {
  if (is_in_force(step.tick, keys::directory(), command.note)) {
    step.outcome.answer = Recorded{step.knowledge.directory_position};
    return;
  }
  auto directory = next_directory(step.knowledge, command);
  if (!directory) {
    step.refuse(command.by, Verdict::kMalformed, std::move(directory).error());
    return;
  }
  const std::uint64_t position = step.emit(EntryKind::kDirectory, {.network = command.note});
  step.tick.put(keys::directory(), in_force(position, command.note));
  step.knowledge.take_directory(std::move(*directory), position);
  step.outcome.answer = Recorded{position};
}

void run(Step& step, const PutPolicy& command) {
  if (is_in_force(step.tick, keys::policy(), command.note)) {
    step.outcome.answer = Recorded{step.knowledge.policy_position};
    return;
  }
  for (const PendingPolicy& waiting : step.knowledge.pending) {
    if (waiting.note != command.note) continue;
    step.outcome.answer = Recorded{waiting.position};
    return;
  }
  auto next = next_policy(step, command);
  if (!next) {
    step.refuse(command.by, Verdict::kMalformed, std::move(next).error());
    return;
  }
  const std::uint64_t position = step.emit(EntryKind::kPolicy, {.network = command.note});
  step.tick.put(old_policy_key(command.note), ByteWriter().u64(position).take());
  step.outcome.answer = Recorded{position};
  PendingPolicy pending{next->from, position, std::move(next->policy), command.note};
  if (next->from <= step.now) {
    enforce(step, std::move(pending));
    return;
  }
  step.tick.put(keys::pending_policy(position),
                ByteWriter().i64(pending.from.ms).raw(pending.note).take());
  step.knowledge.pending.push_back(std::move(pending));
}

void come_into_force(Step& step) {
  std::vector<PendingPolicy>& pending = step.knowledge.pending;
  while (!pending.empty() && pending.front().from <= step.now) {
    step.tick.erase(keys::pending_policy(pending.front().position));
    enforce(step, std::move(pending.front()));
    pending.erase(pending.begin());
  }
}

namespace {

std::optional<Error> wrong_with(const Step& step, const PutCard& command) {
  const Knowledge& knowledge = step.knowledge;
  if (command.card.agency != command.agency) {
    return Error{ErrorCode::kForbidden, "the sealing card is another agency's"};
  }
  if (!signs_with(knowledge, command.agency, command.key)) {
    return unauthentic("the sealing card is signed by a key that is not this agency's in force");
  }
  if (command.card.not_before > step.now + limits::kClockSkew ||
      command.card.accepted_until <= step.now) {
    return Error{ErrorCode::kExpired,
                 "the sealing card is not for this time; check the agent's clock"};
  }
  const auto known = knowledge.cards.find(command.agency);
  const bool older = known != knowledge.cards.end() && !known->second.empty() &&
                     command.card.counter <= known->second.back().counter;
  if (older) {
    return Error{ErrorCode::kConflict,
                 "a later sealing card is known; publish one with a higher counter"};
  }
  return std::nullopt;
}

const Card* card_known(const Knowledge& knowledge, const PutCard& command) {
  const auto at = knowledge.cards.find(command.agency);
  if (at == knowledge.cards.end()) return nullptr;
  const auto same = [&](const Card& card) {
    return card.key == command.card_key && card.counter == command.card.counter;
  };
  const auto card = std::find_if(at->second.begin(), at->second.end(), same);
  return card != at->second.end() ? &*card : nullptr;
}

}  // namespace

void run(Step& step, const PutCard& command) {
  if (const Card* known = card_known(step.knowledge, command)) {
    step.outcome.answer = Recorded{known->position};
    return;
  }
  if (auto error = wrong_with(step, command)) {
    step.refuse(command.agency, Verdict::kMalformed, std::move(*error));
    return;
  }
  const std::uint64_t position =
      step.emit(EntryKind::kSealingCard,
                {.network = encode(wire::RecordedRecord{command.agency, command.record, {}})});
  step.knowledge.take_card(
      command.agency,
      {command.card_key, command.card.counter, command.card.accepted_until, position}, step.now);
  step.tick.put(keys::cards(command.agency), encode_cards(step.knowledge.cards[command.agency]));
  step.outcome.answer = Recorded{position};
}

}  // namespace safeconduct::core
