// What comes into force through the ledger: the log itself, directories, policies, sealing cards.
#include <algorithm>
#include <set>

#include "broker/core/keys.h"
#include "broker/core/step.h"
#include "schemas/base/limits.h"
#include "schemas/ledger/note.h"

namespace safeconduct::core {
namespace {

using ledger::EntryKind;
using wire::Verdict;

Bytes in_force(std::uint64_t position, const Bytes& note) {
  return ByteWriter().u64(position).raw(note).take();
}

// The same bytes are in force already.
bool is_in_force(const StateView& state, const Bytes& key, const Bytes& note) {
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

// Two different officers of the directory in force.
bool two_officers(const Knowledge& knowledge, const std::vector<std::string>& signers) {
  if (!knowledge.directory) return false;
  const auto& officers = knowledge.directory->officer_vkeys;
  std::set<seal::VerifyKey> counted;
  for (const std::string& vkey : signers) {
    if (std::find(officers.begin(), officers.end(), vkey) == officers.end()) continue;
    // The key itself, without its name: one key under two names is one officer.
    const auto key = ledger::NoteKey::parse(vkey);
    if (key) counted.insert(key->key());
  }
  return counted.size() >= 2;
}

// Names a policy by its whole note.
Bytes old_policy_key(const Bytes& note) {
  return keys::policy_of_old(ledger::part_commitment(ledger::PartKind::kNetwork, {{}, note}));
}

Result<policies::CompiledPolicy> next_policy(const StateView& state, const Knowledge& knowledge,
                                             const PutPolicy& command) {
  // Whoever kept an old note cannot bring its policy back.
  if (state.get(old_policy_key(command.note))) {
    return Error{ErrorCode::kConflict,
                 "this policy was in force before and was replaced; to return to it, give it a new "
                 "title and have it signed again"};
  }
  if (!two_officers(knowledge, command.officers)) {
    return Error{ErrorCode::kForbidden,
                 "a policy needs the signatures of two different officers of the directory in "
                 "force; have it signed and send it again"};
  }
  TRY(note, ledger::parse_note(text_of(command.note)));
  return policies::compile_text(note.text, "policy");
}

}  // namespace

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
  auto policy = next_policy(step.tick, step.knowledge, command);
  if (!policy) {
    step.refuse(command.by, Verdict::kMalformed, std::move(policy).error());
    return;
  }
  const std::uint64_t position = step.emit(EntryKind::kPolicy, {.network = command.note});
  step.tick.put(keys::policy(), in_force(position, command.note));
  step.tick.put(old_policy_key(command.note), ByteWriter().u64(position).take());
  step.knowledge.policy = std::move(*policy);
  step.knowledge.policy_position = position;
  step.outcome.answer = Recorded{position};
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
