// What the core is asked to do. Every observed fact that a decision needs is in here, checked by
// whoever made the command (signatures, hashes, form); whether it is in force, the core decides.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "broker/core/clocks.h"
#include "schemas/ledger/kinds.h"
#include "schemas/wire/header.h"
#include "schemas/wire/parts.h"
#include "schemas/wire/referral_records.h"

namespace safeconduct::core {

// The first entry of a log: whose it is. Refused when the log has entries.
struct OpenLog {
  std::string network;
  std::string authority;   // vkey
  std::string log;         // vkey
  std::string recovery{};  // of a log opened after a loss: lines that name both heads and the gap
};

// A directory whose note carries a valid signature of `authority`.
struct PutDirectory {
  AgencyId by;  // who handed it in; empty: the broker's operator
  Bytes note;
  std::string authority;  // vkey
};

// A policy whose note carries valid signatures of `officers`.
struct PutPolicy {
  AgencyId by;
  Bytes note;
  std::vector<std::string> officers;  // vkeys
};

// A record with a signature that is valid under `key`.
struct PutCard {
  AgencyId agency;  // from the connection
  wire::SealingCard card;
  KeyId card_key;  // of card.key
  wire::SignedRecord record;
  KeyId key;
};
struct PutConsent {
  AgencyId agency;
  wire::ConsentRecord consent;
  Digest version_hash{};
  wire::SignedRecord record;
  KeyId key;
};
struct Withdraw {
  AgencyId agency;
  wire::Withdrawal withdrawal;
  wire::SignedRecord record;
  KeyId key;
};

// Retention times, a hold, or the lifting of one, whose note carries valid signatures of
// `officers`.
struct PutRule {
  wire::RecordKind kind = wire::RecordKind::kRetention;
  AgencyId by;
  Bytes note;
  std::vector<std::string> officers;  // vkeys
};
// Destroys the parts of one kind of the entries [from, to), but of those at `spared`.
struct Prune {
  ledger::PartKind part = ledger::PartKind::kRouting;
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  Instant newest;  // of these entries
  std::vector<std::uint64_t> spared;
};

// Somebody looked or acted at a screen of the network.
struct RecordAction {
  AgencyId agency;
  wire::OperatorAction action;
  wire::SignedRecord record;
  KeyId key;
};

// A message whose offered slots, leaves, consent commitment and signature fit together, valid under
// `key`.
struct Submit {
  AgencyId agency;
  wire::Header header;
  wire::SubmissionFacts facts;
  Digest digest{};  // d
  KeyId key;
};

// Decides a waiting message again and gives it to its recipient.
struct Deliver {
  MessageId message;
};

struct TakeReceipt {
  AgencyId agency;
  wire::ReceiptRecord receipt;
  wire::Receipt signed_receipt;
  KeyId key;
};

// A signed record of a referral's life, with a signature that is valid under `key`.
struct TakeRecord {
  AgencyId agency;
  wire::ReferralRecord what;
  wire::SignedRecord record;
  KeyId key;
};

// A message whose transport has ended.
struct Expire {
  MessageId message;
};

// A clock or duty that is due (clocks.h).
struct Ring {
  Bell bell = Bell::kReferral;
  BellId id{};
};

// An authenticated agency sent what is malformed, does not verify, or was refused as a record.
struct RefuseFrame {
  AgencyId agency;
  wire::Verdict verdict = wire::Verdict::kMalformed;
  std::string what;
};
// Housekeeping, once a minute: writes the counts of refusals of minutes that are over, and erases
// consents that may be forgotten.
struct CountRefusals {};

struct Heartbeat {};

using Command = std::variant<OpenLog, PutDirectory, PutPolicy, PutCard, PutConsent, Withdraw,
                             Submit, Deliver, TakeReceipt, TakeRecord, Expire, Ring, RecordAction,
                             PutRule, Prune, RefuseFrame, CountRefusals, Heartbeat>;

}  // namespace safeconduct::core
