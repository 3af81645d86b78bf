// Whom an auditor trusts, as C2SP tlog-policy text: the logs by key, the witnesses, and how many of
// them must have cosigned a checkpoint. The file comes to the auditor by another way than the log.
//
//   log <vkey> [<url>]
//   witness <name> <vkey> [<url>]
//   group <name> any|all|<k> <name>...
//   quorum <name>|none
#pragma once

#include "schemas/ledger/checkpoint.h"

namespace safeconduct::ledger {

inline constexpr std::size_t kTrustBytesMax = 256 * 1024;
inline constexpr std::size_t kTrustLinesMax = 1024;  // C2SP asks for 32 of each sort

struct TrustedLog {
  NoteKey key;  // Ed25519; its name is the log's origin
  std::string url;
};

struct Witness {
  std::string name;  // in this file only
  NoteKey key;       // cosignature/v1
  std::string url;
};

struct TrustedCheckpoint {
  Checkpoint checkpoint;
  std::vector<Signatory> signatories;  // the log, and the witnesses that cosigned
};

class TrustPolicy {
 public:
  // Errors: kInvalid, kUnsupported (a key of an algorithm that we do not speak); the message names
  // the line.
  [[nodiscard]] static Result<TrustPolicy> parse(std::string_view text);

  [[nodiscard]] const std::vector<TrustedLog>& logs() const { return logs_; }
  [[nodiscard]] const std::vector<Witness>& witnesses() const { return witnesses_; }

  // Whether cosignatures of these keys make the quorum.
  [[nodiscard]] bool is_quorum(std::span<const Signatory> signatories) const;
  // A checkpoint signed by one of the logs and cosigned by the quorum. Errors: kInvalid,
  // kUnauthentic (in words: no log's signature, another log's origin, too few witnesses).
  [[nodiscard]] Result<TrustedCheckpoint> open(std::string_view note) const;
  // The same without asking for the quorum: the newest head, which witnesses may not have seen yet.
  [[nodiscard]] Result<TrustedCheckpoint> open_unwitnessed(std::string_view note) const;
  [[nodiscard]] bool asks_for_witnesses() const { return quorum_.has_value(); }

 private:
  friend class TrustReader;
  // A witness (no members) or a group; members come before their group, so no circle is possible.
  struct Member {
    std::string name;
    std::size_t threshold = 0;
    std::vector<std::size_t> members;
    std::optional<std::size_t> witness;  // place in witnesses_
    bool used = false;                   // already a member of a group
  };
  std::vector<TrustedLog> logs_;
  std::vector<Witness> witnesses_;
  std::vector<Member> members_;
  std::optional<std::size_t> quorum_;  // place in members_; none: no cosignature is asked for
};

}  // namespace safeconduct::ledger
