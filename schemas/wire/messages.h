// The frames of safeconduct.capnp as plain values, and their codecs. Decoding bounds traversal,
// nesting and every size before it copies; what comes out has the right shapes and nothing more is
// known about it.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "schemas/base/bytes.h"
#include "schemas/base/ids.h"
#include "schemas/base/instant.h"
#include "schemas/wire/records.h"

namespace safeconduct::wire {

inline constexpr std::uint16_t kProtocol = 1;
inline constexpr std::size_t kSoftwareBytesMax = 64;
inline constexpr std::size_t kSlots = 38;
inline constexpr std::size_t kSiblings = 6;

struct BatchSignature {
  std::uint8_t place = 0;
  Digest salt{};
  std::array<Digest, kSiblings> siblings{};
  ByteArray<64> signature{};
  friend bool operator==(const BatchSignature&, const BatchSignature&) = default;
};

struct Slot {
  std::uint8_t number = 0;
  Digest commitment{};
  ByteArray<48> wrap{};
  Bytes ciphertext;
  friend bool operator==(const Slot&, const Slot&) = default;
};

struct Sealed {
  Bytes header;
  std::array<Digest, kSlots> leaves{};
  Digest offered_digest{};
  ByteArray<32> encapsulated{};
  BatchSignature signature;
  std::vector<Slot> slots;  // ascending number
  friend bool operator==(const Sealed&, const Sealed&) = default;
};

struct Submission {
  Sealed sealed;
  std::uint64_t offered = 0;  // slot bits
  Digest offered_salt{};
  ConsentId consent;  // zero unless the basis is consent
  Digest consent_salt{};
  friend bool operator==(const Submission&, const Submission&) = default;
};

struct Hello {
  std::uint16_t protocol = kProtocol;
  std::string software;
  std::uint64_t tree_size = 0;
  friend bool operator==(const Hello&, const Hello&) = default;
};
struct SignedRecord {
  RecordKind kind = RecordKind::kConsent;
  Bytes body;
  KeyId key;                  // zero for a signed note
  ByteArray<64> signature{};  // zero for a signed note
  friend bool operator==(const SignedRecord&, const SignedRecord&) = default;
};
struct Credit {
  std::uint32_t deliveries = 0;
  std::uint64_t tree_size = 0;
  friend bool operator==(const Credit&, const Credit&) = default;
};
struct Receipt {
  Bytes body;
  BatchSignature signature;
  friend bool operator==(const Receipt&, const Receipt&) = default;
};
struct Subscribe {
  std::uint64_t from = 0;
  friend bool operator==(const Subscribe&, const Subscribe&) = default;
};

struct EntryPart {
  std::uint8_t kind = 0;
  Digest salt{};
  Bytes bytes;
  friend bool operator==(const EntryPart&, const EntryPart&) = default;
};
struct EntryView {  // a ledger entry as one reader sees it
  Bytes leaf;
  std::vector<EntryPart> parts;
  std::vector<Digest> inclusion;
  friend bool operator==(const EntryView&, const EntryView&) = default;
};
struct Checkpoint {
  Bytes note;
  std::uint64_t old_size = 0;
  std::vector<Digest> consistency;
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};
struct Welcome {
  std::uint16_t protocol = kProtocol;
  Instant broker_time;
  Checkpoint checkpoint;
  Bytes directory{};  // the authority's note that names this log, when it was opened after a loss
  friend bool operator==(const Welcome&, const Welcome&) = default;
};
struct Decided {
  MessageId message;
  std::uint64_t position = 0;
  bool admitted = false;
  Bytes sender_part;
  friend bool operator==(const Decided&, const Decided&) = default;
};
struct Recorded {
  std::uint64_t position = 0;
  friend bool operator==(const Recorded&, const Recorded&) = default;
};
struct Delivery {
  Sealed sealed;
  EntryView entry;
  friend bool operator==(const Delivery&, const Delivery&) = default;
};
// What an agency said of itself in Hello: in no ledger, so that nobody can prove it.
struct Told {
  AgencyId agency;
  std::string software;  // at most kSoftwareBytesMax bytes, of any kind
  friend bool operator==(const Told&, const Told&) = default;
};
struct Feed {
  std::vector<EntryView> entries;
  std::uint64_t next = 0;
  std::vector<Told> told{};  // for observers: what is new since the page before
  friend bool operator==(const Feed&, const Feed&) = default;
};
struct Problem {
  ErrorCode code = ErrorCode::kInvalid;
  std::string message;
  std::uint32_t retry_after_ms = 0;
  MessageId about;  // zero when it is about no message
  friend bool operator==(const Problem&, const Problem&) = default;
};

struct ToBroker {
  std::uint64_t request = 0;
  std::variant<Hello, Submission, SignedRecord, Credit, Receipt, Subscribe> body;
  friend bool operator==(const ToBroker&, const ToBroker&) = default;
};
struct ToAgent {
  std::uint64_t request = 0;
  std::variant<Welcome, Decided, Recorded, Delivery, Feed, Checkpoint, Problem> body;
  friend bool operator==(const ToAgent&, const ToAgent&) = default;
};

// One message. Several: schemas/wire/frame.h.
[[nodiscard]] Bytes encode(const ToBroker& frame);
[[nodiscard]] Bytes encode(const ToAgent& frame);
// Errors: kInvalid (malformed, out of bounds), kUnsupported (a frame this program does not know).
[[nodiscard]] Result<ToBroker> decode_to_broker(ByteView frame);
[[nodiscard]] Result<ToAgent> decode_to_agent(ByteView frame);

// A sealed message, on the wire as at rest (FORMATS.md, "Sealed message").
[[nodiscard]] Bytes encode_sealed(const Sealed& sealed);
[[nodiscard]] Result<Sealed> decode_sealed(ByteView bytes);

}  // namespace safeconduct::wire
