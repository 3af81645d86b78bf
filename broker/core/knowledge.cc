#include "broker/core/knowledge.h"

#include <algorithm>

#include "broker/core/keys.h"
#include "schemas/ledger/note.h"
#include "schemas/wire/activation.h"

namespace safeconduct::core {
namespace {

constexpr std::size_t kCardsMax = 64;

std::vector<Card> decode_cards(ByteView bytes) {
  ByteReader in(bytes);
  std::vector<Card> cards(in.u8());
  for (Card& card : cards) {
    card.key.bytes = in.array<8>();
    card.counter = in.u64();
    card.accepted_until.ms = in.i64();
    card.position = in.u64();
  }
  SC_CHECK(in.finish("cards").has_value());
  return cards;
}

Status load_genesis(const StateView& state, Knowledge& out) {
  const auto bytes = state.get(keys::genesis());
  if (!bytes) return {};
  const std::string text(text_of(*bytes));
  const auto line = [&](std::string_view word) {
    const std::size_t at = text.find("\n" + std::string(word) + " ");
    if (at == std::string::npos) return std::string();
    const std::size_t from = at + word.size() + 2;
    return text.substr(from, text.find('\n', from) - from);
  };
  out.network = line("network");
  out.authority = line("authority");
  out.log = line("log");
  if (out.network.empty() || out.authority.empty()) return corrupt("the log's first entry is odd");
  return {};
}

// A note that lies in the state was verified when it came into force.
Result<std::string> text_in_force(ByteReader& in) {
  const ByteView note = in.raw(in.remaining());
  TRY(parsed, ledger::parse_note(text_of(note)));
  return parsed.text;
}

Status load_directory(const StateView& state, Knowledge& out) {
  const auto bytes = state.get(keys::directory());
  if (!bytes) return {};
  ByteReader in(*bytes);
  const std::uint64_t position = in.u64();
  TRY(text, text_in_force(in));
  TRY(directory, wire::parse_directory(text));
  out.take_directory(std::move(directory), position);
  return {};
}

// Also of agencies that have left: they may come back, and their counters go on.
void load_cards(const StateView& state, Knowledge& out) {
  state.range(keys::single('K'), keys::single('L'), [&](ByteView key, ByteView value) {
    ByteReader in(key.subspan(1));
    auto agency = AgencyId::parse(in.str8());
    SC_CHECK(agency.has_value());
    out.cards[*agency] = decode_cards(value);
    return true;
  });
}

Result<policies::CompiledPolicy> compile_recorded(ByteView note, std::string_view what) {
  TRY(parsed, ledger::parse_note(text_of(note)));
  TRY(said, wire::parse_policy_note_text(parsed.text));
  return policies::compile_text(said.policy, what);
}

Status load_policy(const StateView& state, Knowledge& out) {
  const auto bytes = state.get(keys::policy());
  if (!bytes) return {};
  ByteReader in(*bytes);
  out.policy_position = in.u64();
  TRY(policy, compile_recorded(in.raw(in.remaining()), "the policy in force"));
  out.policy = std::move(policy);
  return {};
}

Status load_pending(const StateView& state, Knowledge& out) {
  Status status;
  const auto take = [&](ByteView key, ByteView value) {
    ByteReader in(value);
    const Instant from{in.i64()};
    const ByteView note = in.raw(in.remaining());
    auto policy = compile_recorded(note, "a policy that is to come into force");
    if (!policy) status = std::move(policy).error();
    if (policy) {
      out.pending.push_back({from, keys::position_of(key), std::move(*policy), to_bytes(note)});
    }
    return status.has_value();
  };
  state.range(keys::pending_policy(0), keys::single('Q'), take);
  return status;
}

}  // namespace

const wire::DirectoryAgency* Knowledge::active(const AgencyId& id) const {
  const wire::DirectoryAgency* agency = directory ? directory->find(id) : nullptr;
  const bool good = agency != nullptr && agency->standing == wire::Standing::kActive;
  return good ? agency : nullptr;
}

bool Knowledge::accepts_card(const AgencyId& agency, const KeyId& key, Instant now) const {
  const auto at = cards.find(agency);
  if (at == cards.end()) return false;
  return std::any_of(at->second.begin(), at->second.end(), [&](const Card& card) {
    return card.key == key && now < card.accepted_until;
  });
}

std::optional<KeyId> Knowledge::signing_key(const AgencyId& agency) const {
  const auto at = signing_keys_.find(agency);
  return at != signing_keys_.end() ? std::optional(at->second) : std::nullopt;
}

void Knowledge::take_directory(wire::Directory value, std::uint64_t position) {
  signing_keys_.clear();
  for (const wire::DirectoryAgency& agency : value.agencies) {
    signing_keys_[agency.id] = seal::VerifyKey{agency.signing_key}.id();
  }
  directory = std::move(value);
  directory_position = position;
}

void Knowledge::take_card(const AgencyId& agency, const Card& card, Instant now) {
  std::vector<Card>& known = cards[agency];
  std::erase_if(known, [&](const Card& old) { return old.accepted_until <= now; });
  if (known.size() >= kCardsMax) known.erase(known.begin());
  known.push_back(card);
}

std::string genesis_text(std::string_view network, std::string_view authority,
                         std::string_view log) {
  std::string out = "safeconduct log 1\nnetwork ";
  out.append(network).append("\nauthority ").append(authority);
  return out.append("\nlog ").append(log).append("\n");
}

Result<Knowledge> load_knowledge(const StateView& state) {
  Knowledge out;
  TRY_OK(load_genesis(state, out));
  TRY_OK(load_directory(state, out));
  TRY_OK(load_policy(state, out));
  TRY_OK(load_pending(state, out));
  load_cards(state, out);
  return out;
}

Bytes encode_cards(const std::vector<Card>& cards) {
  ByteWriter out;
  out.u8(static_cast<std::uint8_t>(cards.size()));
  for (const Card& card : cards) {
    out.raw(card.key.bytes).u64(card.counter).i64(card.accepted_until.ms).u64(card.position);
  }
  return out.take();
}

}  // namespace safeconduct::core
