#include "schemas/ledger/trust.h"

#include <algorithm>
#include <map>

#include "schemas/ledger/text_fields.h"

namespace safeconduct::ledger {
namespace {

using Words = std::vector<std::string_view>;

constexpr std::string_view kNone = "none";

// Divided by spaces and tabs only; other white space is part of a word.
Words words_of(std::string_view line) {
  Words words;
  while (true) {
    const std::size_t begin = line.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return words;
    line.remove_prefix(begin);
    const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

bool is_allowed(char c) {
  const auto byte = static_cast<std::uint8_t>(c);
  return byte == '\t' || byte == '\n' || (byte >= 0x20 && byte != 0x7f);
}

Result<NoteKey> parse_key(std::string_view vkey, SignatureType type, std::string_view of) {
  TRY(key, NoteKey::parse(vkey));
  if (key.type() == type) return key;
  return invalid("the key of a " + std::string(of) + " has type `" +
                 std::to_string(static_cast<int>(key.type())) + "`, expected `" +
                 std::to_string(static_cast<int>(type)) + "`");
}

// Two keys are the same when their bytes are, whatever their names.
template <class Entries>
bool has_key(const Entries& entries, const NoteKey& key) {
  return std::any_of(entries.begin(), entries.end(),
                     [&](const auto& entry) { return entry.key.key() == key.key(); });
}

std::string quoted(std::string_view word) {
  return "`" + std::string(word) + "`";
}

}  // namespace

// Reads the statements one after another into a policy.
class TrustReader {
 public:
  Status read(const Words& words) {
    if (words[0] == "log") return read_log(words);
    if (words[0] == "witness") return read_witness(words);
    if (words[0] == "group") return read_group(words);
    if (words[0] == "quorum") return read_quorum(words);
    return invalid("unknown statement " + quoted(words[0]) +
                   "; known are log, witness, group and quorum");
  }
  Result<TrustPolicy> finish() && {
    if (!has_quorum_) return invalid("the trust file has no quorum; end it with `quorum <name>`");
    return std::move(policy_);
  }

 private:
  using Member = TrustPolicy::Member;

  Status read_log(const Words& words) {
    if (words.size() < 2 || words.size() > 3) return invalid("expected `log <vkey> [<url>]`");
    TRY(key, parse_key(words[1], SignatureType::kEd25519, "log"));
    if (has_key(policy_.logs_, key)) return invalid("a log's key stands here twice; remove one");
    policy_.logs_.push_back({key, std::string(words.size() == 3 ? words[2] : "")});
    return {};
  }

  Status read_witness(const Words& words) {
    if (words.size() < 3 || words.size() > 4) {
      return invalid("expected `witness <name> <vkey> [<url>]`");
    }
    TRY(key, parse_key(words[2], SignatureType::kCosignature, "witness"));
    if (has_key(policy_.witnesses_, key)) {
      return invalid("a witness's key stands here twice; remove one");
    }
    TRY_OK(define({std::string(words[1]), 1, {}, policy_.witnesses_.size(), false}));
    policy_.witnesses_.push_back(
        {std::string(words[1]), key, std::string(words.size() == 4 ? words[3] : "")});
    return {};
  }

  Status read_group(const Words& words) {
    if (words.size() < 4) return invalid("expected `group <name> any|all|<k> <name>...`");
    Member group;
    group.name = words[1];
    const std::size_t count = words.size() - 3;
    TRY(threshold, threshold_of(words[2], count));
    group.threshold = threshold;
    for (std::size_t i = 3; i < words.size(); ++i) {
      TRY(place, find(words[i]));
      Member& member = policy_.members_[place];
      if (member.used) return invalid(quoted(words[i]) + " is a member of a group already");
      member.used = true;
      group.members.push_back(place);
    }
    return define(std::move(group));
  }

  Status read_quorum(const Words& words) {
    if (words.size() != 2) return invalid("expected `quorum <name>|none`");
    if (has_quorum_) return invalid("a second quorum; remove one");
    has_quorum_ = true;
    if (words[1] == kNone) return {};
    TRY(place, find(words[1]));
    policy_.quorum_ = place;
    return {};
  }

  static Result<std::size_t> threshold_of(std::string_view word, std::size_t count) {
    if (word == "any") return std::size_t{1};
    if (word == "all") return count;
    const auto number = parse_decimal(word);
    if (number && *number >= 1 && *number <= count) return static_cast<std::size_t>(*number);
    return invalid("the threshold " + quoted(word) + " is not any, all or 1 to " +
                   std::to_string(count));
  }

  Status define(Member member) {
    if (member.name == kNone) return invalid("`none` cannot name a witness or a group");
    if (!places_.emplace(member.name, policy_.members_.size()).second) {
      return invalid("the name " + quoted(member.name) + " is used already");
    }
    policy_.members_.push_back(std::move(member));
    return {};
  }

  [[nodiscard]] Result<std::size_t> find(std::string_view name) const {
    const auto found = places_.find(name);
    if (found != places_.end()) return found->second;
    return invalid("no witness or group " + quoted(name) + " is defined above");
  }

  TrustPolicy policy_;
  std::map<std::string, std::size_t, std::less<>> places_;
  bool has_quorum_ = false;
};

Result<TrustPolicy> TrustPolicy::parse(std::string_view text) {
  if (text.size() > kTrustBytesMax) return invalid("the trust file is too long");
  if (!std::all_of(text.begin(), text.end(), is_allowed)) {
    return invalid("the trust file has control characters; only tab and line feed may be there");
  }
  TrustReader reader;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string where = "line `" + std::to_string(number) + "` of the trust file: ";
    if (number > kTrustLinesMax) return invalid(where + "too many lines");
    const auto line = next_line(text);
    if (!line) return invalid(where + "it does not end in a line feed");
    const Words words = words_of(*line);
    if (words.empty() || words[0].starts_with('#')) continue;
    const Status read = reader.read(words);
    if (!read) return Error{read.error().code, where + read.error().message};
  }
  return std::move(reader).finish();
}

bool TrustPolicy::is_quorum(std::span<const Signatory> signatories) const {
  if (!quorum_) return true;
  // Members come before their group: one pass decides them all.
  std::vector<bool> witnessed(members_.size());
  for (std::size_t i = 0; i < members_.size(); ++i) {
    const Member& member = members_[i];
    if (member.witness) {
      const NoteKey& key = witnesses_[*member.witness].key;
      witnessed[i] = std::any_of(signatories.begin(), signatories.end(),
                                 [&](const Signatory& signatory) { return signatory.key == key; });
      continue;
    }
    const auto count = std::count_if(member.members.begin(), member.members.end(),
                                     [&](std::size_t place) { return witnessed[place]; });
    witnessed[i] = static_cast<std::size_t>(count) >= member.threshold;
  }
  return witnessed[*quorum_];
}

Result<TrustedCheckpoint> TrustPolicy::open_unwitnessed(std::string_view note) const {
  std::vector<NoteKey> known;
  known.reserve(logs_.size() + witnesses_.size());
  for (const TrustedLog& log : logs_) known.push_back(log.key);
  for (const Witness& witness : witnesses_) known.push_back(witness.key);
  TRY(verified, open_note(note, known));
  TRY(checkpoint, parse_checkpoint(verified.text()));
  bool by_a_log = false;
  bool by_its_log = false;
  for (const TrustedLog& log : logs_) {
    if (!verified.signed_by(log.key)) continue;
    by_a_log = true;
    by_its_log = by_its_log || log.key.name() == checkpoint.origin;
  }
  if (!by_a_log) return unauthentic("no log of the trust file signed the checkpoint");
  if (!by_its_log) {
    return unauthentic("the checkpoint is of " + quoted(checkpoint.origin) +
                       ", but another log signed it");
  }
  return TrustedCheckpoint{std::move(checkpoint), verified.signatories()};
}

Result<TrustedCheckpoint> TrustPolicy::open(std::string_view note) const {
  TRY(opened, open_unwitnessed(note));
  if (!is_quorum(opened.signatories)) {
    return unauthentic("too few witnesses of the trust file cosigned the checkpoint of " +
                       quoted(opened.checkpoint.origin) + "; ask for one with more");
  }
  return opened;
}

}  // namespace safeconduct::ledger
