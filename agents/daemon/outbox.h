// Referrals on their way out. A referral is durable here before whoever sent it is answered; it is
// sealed when the broker, the policy and a key of the recipient are there; the sealed bytes are
// kept and sent again, the same, until the broker has decided; the document stays until a receipt,
// its own end or a withdrawal, because an expired message is sealed again from it.
#pragma once

#include <map>

#include "agents/daemon/consents.h"
#include "agents/daemon/sealer.h"

namespace safeconduct::agent {

class Outbox {
 public:
  // Errors: kIo, kCorrupt.
  [[nodiscard]] static Result<Outbox> load(Desk& desk, const Consents& consents,
                                           const Records& records);

  // Durable when it returns. Errors: kInvalid in words for whoever wrote it; kNotFound (no such
  // consent or prior message here, no such recipient); kIo.
  [[nodiscard]] Result<Sent> add(std::string_view json);
  // Under a referral that exists: the release after an acceptance, or after an exception was
  // recorded.
  [[nodiscard]] Result<Sent> add(std::string_view json, const ReferralId& referral);
  // Several at once: all or none.
  [[nodiscard]] Result<std::vector<Sent>> add_all(const std::vector<std::string>& documents);
  // The same within a change of the caller's, who calls enqueue() after its commit.
  [[nodiscard]] Result<Sent> stage(Change& change, std::string_view json,
                                   const std::optional<ReferralId>& referral);
  void enqueue(const Sent& sent);

  // Seals and sends what can go, at most one signature batch per recipient and call; synced before
  // it is sent. False when nothing was left to do.
  [[nodiscard]] Result<bool> pump();
  // What was sent and not answered goes out again on the next connection, or after a while.
  void connection_ended();
  void resend_unanswered();
  // The referral that went out as this request.
  [[nodiscard]] std::optional<MessageId> asked_by(std::uint64_t request) const;
  // Push-back for this message.
  void put_off(const MessageId& message);

  // The broker's answer. Only the feed proves it; the feed says the same again.
  [[nodiscard]] Status decided(Change& change, const wire::Decided& decided);
  // The broker could not read it at all.
  [[nodiscard]] Status not_understood(Change& change, const MessageId& message);
  // Its referral is over without the message: expired, or answered elsewhere.
  [[nodiscard]] Status referral_over(Change& change, const MessageId& message, SentState state);
  // A proved entry with our sender part.
  [[nodiscard]] Status take_entry(Change& change, const ledger::Entry& entry);
  // What is still here and rests on the consent goes nowhere any more.
  [[nodiscard]] Status consent_withdrawn(Change& change, const ConsentId& consent);
  // Referrals whose content ended; at most a bounded number per call.
  [[nodiscard]] Status end_content(Change& change);

  // Sealed slots that the broker's entry released and that the recipient has not signed for: they
  // go to it directly, and again after a while. Taken: they are under way.
  struct Release {
    AgencyId to;
    Bytes sealed;  // wire::encode_sealed of the released slots alone
  };
  [[nodiscard]] Result<std::vector<Release>> take_releases();

  // By any message id it ever had. Errors: kNotFound.
  [[nodiscard]] Result<Sent> find(const MessageId& id) const;
  // Newest first.
  [[nodiscard]] Result<std::vector<Sent>> list(std::optional<SentState> state,
                                               std::size_t limit) const;
  // Those that rest on the consent, newest first.
  [[nodiscard]] Result<std::vector<Sent>> on_consent(const ConsentId& consent,
                                                     std::size_t limit) const;
  [[nodiscard]] std::size_t queued() const { return queue_.size(); }
  // Of those, how many wait for a key, a policy or a consent rather than for the broker.
  [[nodiscard]] std::size_t waiting() const;

  // To a log that knows none of them: what is not ended is sealed and submitted anew.
  [[nodiscard]] Status send_again(Change& change);

 private:
  struct Queued {
    MessageId first;
    AgencyId to;
    ConsentId consent;
    KeyId avoid;
    bool sealed = false;
    std::optional<Instant> sent_at{};  // under way since
    std::uint64_t request = 0;
    Instant not_before{};  // after push-back
  };
  Outbox(Desk& desk, const Consents& consents, const Records& records)
      : desk_(&desk), consents_(&consents), records_(&records) {}

  [[nodiscard]] Result<Sent> make(std::string_view json, document::ReferralDocument& document);
  [[nodiscard]] Status check_ground(const document::ReferralDocument& document, Sent& sent) const;
  [[nodiscard]] bool can_seal(const Queued& item) const;
  [[nodiscard]] Result<Ground> ground_of(const Sent& sent) const;
  struct Batch;
  [[nodiscard]] Status seal_one(Change& change, std::uint64_t seq, Batch& batch);
  [[nodiscard]] Status sign_and_keep(Change& change, Batch& batch);
  [[nodiscard]] Status send_kept(Queued& item);

  [[nodiscard]] Result<std::optional<Sent>> load_sent(const Change& change,
                                                      const MessageId& id) const;
  [[nodiscard]] Status on_submission(Change& change, Sent sent, const wire::SenderPart& part,
                                     std::uint64_t position);
  [[nodiscard]] Status on_delivery(Change& change, Sent sent, const wire::SenderPart& part,
                                   std::uint64_t position);
  [[nodiscard]] Status on_receipt(Change& change, Sent sent, const wire::SenderPart& part,
                                  std::uint64_t position);
  // Back into the queue, to be sealed under a new id that supersedes the last one.
  [[nodiscard]] Status seal_again(Change& change, Sent sent);
  [[nodiscard]] Status finish(Change& change, Sent sent, SentState state);
  void leave_queue(Change& change, const Sent& sent);
  void drop_release(Change& change, const Sent& sent);
  void put(Change& change, Sent& sent);

  Desk* desk_;
  const Consents* consents_;
  const Records* records_;
  std::map<std::uint64_t, Queued> queue_;  // by seq: not decided yet
  std::uint64_t next_seq_ = 1;
  std::map<MessageId, Instant> releases_;  // by current id: when its slots go (again)
};

}  // namespace safeconduct::agent
