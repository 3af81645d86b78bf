// Frame -> AuthenticatedFrame -> Checked: form, hashes and signatures of what came in, on any
// thread and without state. Whether a key, policy or consent is in force is the core's to decide.
#pragma once

#include <variant>

#include "broker/core/command.h"
#include "broker/keyring.h"
#include "broker/root_cache.h"
#include "schemas/io/net.h"
#include "schemas/wire/sealed_view.h"

namespace safeconduct::broker {

// A message of a connection whose CURVE key the door knew. Only authenticate() makes one.
class AuthenticatedFrame {
 public:
  [[nodiscard]] const AgencyId& agency() const { return agency_; }
  [[nodiscard]] ByteView payload() const { return payload_; }

 private:
  friend Result<AuthenticatedFrame> authenticate(const io::RouterFrame&, ByteView);
  AuthenticatedFrame(AgencyId agency, ByteView payload)
      : agency_(std::move(agency)), payload_(payload) {}
  AgencyId agency_;
  ByteView payload_;  // of the frame, which outlives this
};
// `message`: one of those that the frame holds.
[[nodiscard]] Result<AuthenticatedFrame> authenticate(const io::RouterFrame& frame,
                                                      ByteView message);

// A submission whose parts fit each other, with its body where the frame has it.
struct VerifiedSubmission {
  core::Submit command;
  ByteView sealed;
};

// What did not pass: the answer for the sender, and what the ledger says of it.
struct Refused {
  wire::Verdict verdict = wire::Verdict::kMalformed;
  Error error;
  MessageId about;  // zero when it is about no message
};

struct Checked {
  std::uint64_t request = 0;
  std::variant<Refused, wire::Hello, wire::Credit, wire::Subscribe, VerifiedSubmission,
               core::PutDirectory, core::PutPolicy, core::PutCard, core::PutConsent, core::Withdraw,
               core::RecordAction, core::PutRule, core::TakeReceipt, core::TakeRecord>
      what;
};

// Total: whatever the bytes are, something comes out. Thread-safe.
[[nodiscard]] Checked check(const AuthenticatedFrame& frame, const Keyring& keyring,
                            RootCache& roots);

// A directory or policy note from the operator's folder, as if it had come in a record.
[[nodiscard]] Result<core::PutDirectory> check_directory(const AgencyId& by, ByteView note,
                                                         const Keyring& keyring);
[[nodiscard]] Result<core::PutRule> check_rule(const AgencyId& by, wire::RecordKind kind,
                                               ByteView note, const Keyring& keyring);
[[nodiscard]] Result<core::PutPolicy> check_policy(const AgencyId& by, ByteView note,
                                                   const Keyring& keyring);

}  // namespace safeconduct::broker
