// A broker as an agent meets it: a real ledger with proofs and signed heads, no storage, no policy.
// It decides what the test tells it to, so that tests can also make it lie.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <set>

#include "schemas/ledger/checkpoint.h"
#include "schemas/ledger/entry.h"
#include "schemas/seal/sign.h"
#include "schemas/wire/directory.h"
#include "schemas/wire/header.h"
#include "schemas/wire/parts.h"
#include "tests/ledger/memory_nodes.h"
#include "tests/seal/seeded_random.h"

namespace safeconduct::agent {

class FakeBroker {
 public:
  FakeBroker(const Clock& clock, Random& random);

  // --- what the network says
  [[nodiscard]] const std::string& network() const { return network_; }
  [[nodiscard]] ledger::NoteKey authority() const;
  [[nodiscard]] ledger::NoteKey log() const;
  wire::Directory directory;  // change, then publish_directory()
  void publish_directory();
  void publish_policy(const std::string& canonical_text);
  std::uint64_t publish(ledger::EntryKind kind, Bytes network_part);

  // --- the connection of one agency
  void connect(const AgencyId& agency);
  // Answers, and whatever else the agency has coming.
  std::vector<wire::ToAgent> exchange(const AgencyId& agency,
                                      const std::vector<wire::ToBroker>& frames);

  // --- what it does
  std::uint8_t refuse_with = 0;          // verdict of the next submissions; 0 admits
  std::optional<wire::Problem> problem;  // instead of an answer to a submission or record
  bool silent = false;                   // takes frames and answers nothing
  bool deliver = true;
  std::function<void(wire::Delivery&)> tamper;       // before a delivery leaves
  std::function<std::uint64_t(std::uint64_t)> keep;  // of the offered slots
  void expire(const MessageId& message);
  void withdraw_consent(const ConsentId& consent);  // ends and stops what rests on it
  void redeliver();                                 // everything that was delivered, once more

  // --- what it saw
  std::vector<Bytes> submission_frames;  // encoded with request 0, in order of arrival
  std::vector<wire::Receipt> receipts;
  std::vector<wire::SignedRecord> records;
  [[nodiscard]] wire::Header header_of(std::size_t submission) const;

  // --- lies
  void fork();                      // another history of the same length
  void roll_back() { shown_ = 1; }  // shows an older head

 private:
  struct Message {
    wire::Submission submission;
    wire::Header header;
    Digest digest{};
    std::uint64_t position = 0;
    std::uint8_t verdict = 0;
    std::uint64_t kept = 0;
    Bytes sender_part;
    bool delivered = false;
    bool ended = false;
  };
  struct Session {
    std::uint64_t told_size = 0;  // the last head it was shown
    std::uint64_t feed_at = 0;
    bool subscribed = false;
    std::uint32_t credit = 0;
    std::set<MessageId> in_flight;
  };
  struct Line {  // one entry and whose it is
    ledger::Entry entry;
    AgencyId sender;
    AgencyId recipient;
  };

  std::uint64_t append(ledger::EntryKind kind, ledger::Parts parts, const AgencyId& sender = {},
                       const AgencyId& recipient = {});
  [[nodiscard]] ledger::Part part(Bytes bytes);
  [[nodiscard]] std::uint64_t size() const;
  void answer(const AgencyId& agency, Session& session, const wire::ToBroker& frame,
              std::vector<wire::ToAgent>& out);
  wire::ToAgent on_submission(const AgencyId& agency, std::uint64_t request,
                              const wire::Submission& submission);
  wire::ToAgent on_record(const AgencyId& agency, std::uint64_t request,
                          const wire::SignedRecord& record);
  wire::ToAgent on_receipt(const AgencyId& agency, std::uint64_t request,
                           const wire::Receipt& receipt);
  void stop(const MessageId& id, Message& message);
  void deliver_to(const AgencyId& agency, Session& session, std::vector<wire::ToAgent>& out);
  void feed(const AgencyId& agency, Session& session, std::vector<wire::ToAgent>& out);
  void show_head(Session& session, std::vector<wire::ToAgent>& out);
  [[nodiscard]] wire::Checkpoint head_from(std::uint64_t old_size) const;
  [[nodiscard]] wire::EntryView view(std::uint64_t position, const AgencyId& reader) const;

  const Clock& clock_;
  Random& random_;
  std::string network_ = "test.example";
  seal::SigningKey authority_key_;
  seal::SigningKey log_key_;
  seal::SigningKey officers_[2];
  std::vector<Line> lines_;
  ledger::MemoryNodes nodes_;
  std::uint64_t shown_ = UINT64_MAX;  // of the entries, for roll_back
  std::map<AgencyId, Session> sessions_;
  std::map<MessageId, Message> messages_;
  std::vector<MessageId> order_;
  std::map<MessageId, std::uint64_t> receipt_positions_;
  std::map<Bytes, std::uint64_t> record_positions_;
};

}  // namespace safeconduct::agent
