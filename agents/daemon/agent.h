// The agent: what is done with what the broker says, and with what people ask. A state machine
// without sockets, threads or a clock of its own; the loop (loop.h) and tests drive it.
//
//   connected -> Hello -> Welcome (head proved) -> Subscribe -> the feed read up to that head
//             -> serving: Credit, records, referrals, receipts
//
// All frames of one receive() and what follows from them go into one synced change; frames leave
// after it. Thread: one at a time (loop.h holds the mutex).
#pragma once

#include <memory>

#include "agents/daemon/consents.h"
#include "agents/daemon/inbox.h"
#include "agents/daemon/keyring.h"
#include "agents/daemon/outbox.h"
#include "agents/daemon/records.h"
#include "agents/daemon/referrals.h"
#include "agents/daemon/service_book.h"

namespace safeconduct::agent {

inline constexpr std::uint32_t kCreditWindow = 32;  // deliveries in flight: 8 MiB at most
inline constexpr Duration kFeedMax = seconds(2);    // to wait for a feed that says nothing

enum class Phase : std::uint8_t {
  kOffline,  // no connection
  kHello,    // connected, no Welcome yet
  kReading,  // reading the feed up to the head of the Welcome
  kServing,
};

// The last two heads when they contradict each other, as signed notes.
struct ForkEvidence {
  Bytes known;
  Bytes shown;
};

class Agent {
 public:
  // `sealing_folder`: where the sealing keys lie. Errors: kIo, kCorrupt, kForbidden.
  [[nodiscard]] static Result<std::unique_ptr<Agent>> open(Desk& desk,
                                                           const std::string& sealing_folder);

  // --- the link
  void connected();
  void disconnected();
  // Errors: kIo, kCorrupt: the store failed, the program must stop. Whatever the broker says wrong
  // is no error here: the session ends (wants_new_session()).
  [[nodiscard]] Status receive(const std::vector<wire::ToAgent>& frames);
  // Sealed slots that `from` brought directly.
  [[nodiscard]] Status receive_directly(const AgencyId& from, ByteView sealed);
  // Rotates keys, ends contents, sends what can go. At least once a second. Errors as receive.
  [[nodiscard]] Status tick();
  // Frames in the order in which they must leave.
  [[nodiscard]] std::deque<wire::ToBroker>& outgoing() { return desk_.port.frames(); }
  // True once after the broker said something that no honest broker says: drop the connection.
  [[nodiscard]] bool wants_new_session() { return std::exchange(session_broken_, false); }
  // The ledger was forked or rolled back: no connection until a person has looked.
  [[nodiscard]] const std::optional<ForkEvidence>& fork() const { return fork_; }

  [[nodiscard]] Phase phase() const { return phase_; }
  [[nodiscard]] Desk& desk() { return desk_; }
  [[nodiscard]] const Desk& desk() const { return desk_; }

  // --- people and applications
  [[nodiscard]] Consents& consents() { return consents_; }
  [[nodiscard]] Outbox& outbox() { return *outbox_; }
  [[nodiscard]] Inbox& inbox() { return *inbox_; }
  [[nodiscard]] Referrals& referrals() { return *referrals_; }
  [[nodiscard]] ServiceBook& services() { return services_; }
  [[nodiscard]] const ServiceBook& services() const { return services_; }
  [[nodiscard]] const Keyring& keyring() const { return keyring_; }
  // The person takes a consent back, through its collector (us) or as one who received from it.
  [[nodiscard]] Result<Consent> withdraw(const ConsentId& id, std::uint32_t categories);
  [[nodiscard]] Status withdraw_received(const MessageId& message, std::uint32_t categories);
  // A signed record of a referral's life. Answers come by note_answer().
  [[nodiscard]] Result<std::uint64_t> say(Change& change, const wire::ReferralRecord& record);
  // Asks several agencies; the request's id.
  [[nodiscard]] Result<RequestId> ask(const wire::RequestRecord& request,
                                      const std::string& inquiry);
  // A signed directory or policy note, for the broker. Answers come by note_answer().
  [[nodiscard]] Result<std::uint64_t> hand_in(wire::RecordKind kind, Bytes note);
  struct NoteAnswer {
    std::optional<std::uint64_t> position;
    std::optional<Error> refusal;
  };
  // Nothing while there is no answer.
  [[nodiscard]] std::optional<NoteAnswer> note_answer(std::uint64_t ticket) const;

 private:
  Agent(Desk& desk, Records records, Keyring keyring);

  [[nodiscard]] Status on_frame(Change& change, const wire::ToAgent& frame);
  [[nodiscard]] Status on_welcome(Change& change, const wire::Welcome& welcome);
  [[nodiscard]] Status send_all_again(Change& change);
  [[nodiscard]] Status on_checkpoint(Change& change, const wire::Checkpoint& checkpoint);
  [[nodiscard]] Status on_feed(Change& change, const wire::Feed& feed);
  [[nodiscard]] Status on_entry(Change& change, const wire::EntryView& view);
  [[nodiscard]] Status on_recorded(Change& change, std::uint64_t request, std::uint64_t position);
  [[nodiscard]] Status on_problem(Change& change, std::uint64_t request,
                                  const wire::Problem& problem);
  [[nodiscard]] Status on_record_refused(Change& change, const Outgoing& record, const Error& why);
  void break_session(const std::string& why);
  void serve_when_read();
  [[nodiscard]] Status work();  // commits nothing itself but what the outbox seals

  Desk& desk_;
  Records records_;
  Keyring keyring_;
  Consents consents_;
  std::optional<Outbox> outbox_;
  std::optional<Inbox> inbox_;
  std::optional<Referrals> referrals_;
  ServiceBook services_;
  Phase phase_ = Phase::kOffline;
  bool session_broken_ = false;
  std::uint64_t read_up_to_ = 0;  // the head of the Welcome
  Instant reading_since_{};
  Instant quiet_until_{};  // push-back
  std::optional<ForkEvidence> fork_;
  std::map<std::uint64_t, NoteAnswer> note_answers_;  // by ticket, the last few
};

}  // namespace safeconduct::agent
