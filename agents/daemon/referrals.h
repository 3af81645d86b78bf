// The life of referrals as this agency sees it: what the ledger told of each, what we say of them,
// and what is done without being asked: the next candidate's inquiry, the deletion receipt.
#pragma once

#include "agents/daemon/inbox.h"
#include "agents/daemon/outbox.h"
#include "schemas/wire/referral_parts.h"

namespace safeconduct::agent {

// A referral, ours or of another agency to us, as the ledger last told of it.
struct Known {
  bool ours = false;  // we sent it
  Instant at;
  std::uint64_t position = 0;
  wire::ReferralPart part;
};

// What of a message we keep after the person took it back: in our own records, by law.
struct KeptElsewhere {
  std::uint32_t categories = 0;
  wire::KeepGround ground = wire::KeepGround::kNone;
  Instant until;
};

class Referrals {
 public:
  Referrals(Desk& desk, Records& records, Outbox& outbox, Inbox& inbox)
      : desk_(&desk), records_(&records), outbox_(&outbox), inbox_(&inbox) {}

  // A proved entry with our sender's or recipient's part.
  [[nodiscard]] Status take_entry(Change& change, const ledger::Entry& entry);
  // Deletion receipts that can be given now; queued inquiries that came with the last change.
  [[nodiscard]] Status tick(Change& change);
  void committed();

  // Asks several agencies: a signed request, and an inquiry to the first of them. `inquiry`: a
  // referral document of stage inquiry; its `to` and `to_role` are each candidate's. Errors:
  // kInvalid in words for the case worker.
  [[nodiscard]] Result<wire::RequestRecord> ask(Change& change, wire::RequestRecord request,
                                                std::string_view inquiry);
  // Signs and queues; the ticket under which the answer comes.
  std::uint64_t say(Change& change, const wire::ReferralRecord& record);
  // Before the person takes it back: what we must keep, and why.
  void keep(Change& change, const MessageId& message, const KeptElsewhere& kept);

  // What a recipient signed that it deleted of a message of ours; nothing: it has not yet.
  struct Deleted {
    Instant at;
    std::uint32_t kept = 0;  // category bits, on a legal ground
  };
  [[nodiscard]] Result<std::optional<Deleted>> deletion_of(const MessageId& message) const;
  // Further hops of a referral of ours, as the origin is told.
  [[nodiscard]] Result<std::vector<Known>> onward_from(const ReferralId& ours) const;
  // Of messages of ours: where the deletion receipts for them lie.
  [[nodiscard]] Result<std::vector<std::pair<MessageId, std::uint64_t>>> deletions(
      std::size_t limit) const;
  // Errors: kNotFound.
  [[nodiscard]] Result<Known> find(const ReferralId& id) const;
  [[nodiscard]] Result<std::vector<Known>> list(std::size_t limit) const;

 private:
  [[nodiscard]] Status follow_ours(Change& change, const Known& known);
  [[nodiscard]] Status follow_theirs(Change& change, const Known& known);
  [[nodiscard]] Status ask_next(Change& change, const wire::ReferralPart& part);
  [[nodiscard]] Status send_inquiry(Change& change, const wire::RequestRecord& request,
                                    std::size_t index, std::string_view inquiry);
  // Nothing: receipts from further on are still missing, and there is time.
  [[nodiscard]] Result<std::optional<std::vector<std::uint64_t>>> further_receipts(
      const MessageId& message, Instant since) const;
  [[nodiscard]] Status pay(Change& change, const MessageId& message, std::uint32_t owed,
                           Instant since);

  Desk* desk_;
  Records* records_;
  Outbox* outbox_;
  Inbox* inbox_;
  std::vector<Sent> staged_;  // inquiries of the change under way
};

// Salted hashes of names and reasons that stay here (exceptions, exclusions).
[[nodiscard]] Digest code_of(const Digest& salt, std::string_view text);

}  // namespace safeconduct::agent
