// An agency at the level of the wire: says what it is told to say, also what no agent would. For
// tests and benchmarks of the broker.
#pragma once

#include <deque>
#include <functional>
#include <map>

#include "policies/vocabulary.h"
#include "schemas/io/net.h"
#include "schemas/seal/batch_sign.h"
#include "schemas/seal/slots.h"
#include "schemas/wire/frame.h"
#include "schemas/wire/header.h"
#include "schemas/wire/messages.h"
#include "schemas/wire/referral_records.h"
#include "tests/rig/network.h"

namespace safeconduct::rig {

// What goes into one referral; the defaults are one that the national policy lets through with
// consent.
struct Draft {
  std::string from;
  std::string to;
  policies::Role from_role = policies::Role::kNgoCase;
  policies::Role to_role = policies::Role::kShelter;
  policies::Purpose purpose = policies::Purpose::kSafeAccommodation;
  policies::Urgency urgency = policies::Urgency::kTonight;
  policies::Stage stage = policies::Stage::kRelease;
  policies::Basis basis = policies::Basis::kConsent;
  std::uint16_t circumstances = 0;
  std::uint8_t hop = 1;
  MessageId prior;
  MessageId supersedes;
  ConsentId consent;
  std::map<std::uint8_t, std::string> slots;  // by slot number
  Duration life = hours(72);
  std::function<void(wire::Header&)> change_header{};  // before it is sealed and signed
};

// A submission sealed by hand: frame and what the test must know of it.
struct Sealed {
  wire::Header header;
  wire::Submission submission;
  Digest digest{};
};
// Sealed to the recipient's key of the network; each signed by itself, or `batch` at a time.
[[nodiscard]] std::vector<Sealed> seal_drafts(const Network& network,
                                              const std::vector<Draft>& drafts,
                                              std::size_t batch = 1);
[[nodiscard]] Sealed seal_draft(const Network& network, const Draft& draft);

// Both levels of every category, each slot holding `text` and its number.
[[nodiscard]] std::map<std::uint8_t, std::string> every_slot(const std::string& text);

// Everything, in full, named, for one purpose and one recipient.
[[nodiscard]] wire::ConsentRecord full_consent(const Agency& collector, policies::Purpose purpose,
                                               const std::string& recipient);

[[nodiscard]] wire::SignedRecord signed_record(const Agency& agency, wire::RecordKind kind,
                                               Bytes body);
[[nodiscard]] wire::Receipt signed_receipt(const Agency& agency, const wire::ReceiptRecord& record);

class Client {
 public:
  Client(const Network& network, std::string agency, const std::string& endpoint);

  // Waits for the connection, says hello, publishes the agency's card.
  void join();
  [[nodiscard]] const Agency& agency() const { return agency_; }

  std::uint64_t send(wire::ToBroker frame);  // returns the request number
  void send_raw(ByteView frame);
  // For when the broker may be gone: nothing is waited for, no number when it was not sent.
  std::optional<std::uint64_t> try_send(wire::ToBroker frame);
  // What came within `wait`, and all that had come before.
  [[nodiscard]] std::vector<wire::ToAgent> take(Duration wait);
  // The next frame of a kind, others are kept in their order. Throws after `wait`.
  template <class Body>
  Body expect(Duration wait = seconds(10)) {
    for (;;) {
      for (auto at = inbox_.begin(); at != inbox_.end(); ++at) {
        if (auto* body = std::get_if<Body>(&at->body)) {
          Body out = std::move(*body);
          inbox_.erase(at);
          return out;
        }
      }
      pump(wait);
    }
  }
  // The answer to a request: Decided, Recorded or Problem.
  wire::ToAgent answer_to(std::uint64_t request, Duration wait = seconds(10));
  // True when a frame of this kind came within `wait`.
  template <class Body>
  bool comes(Duration wait) {
    return poll_until(wait, [&] {
      for (const auto& frame : inbox_) {
        if (std::holds_alternative<Body>(frame.body)) return true;
      }
      return false;
    });
  }

  std::uint64_t record_consent(const wire::ConsentRecord& record);
  wire::Decided submit(const Sealed& sealed);
  // Hands in a signed record of a referral's life: its position, or the problem.
  wire::ToAgent hand_in(const wire::ReferralRecord& record);
  std::uint64_t say(const wire::ReferralRecord& record);  // throws when it is refused
  // Records and approves the exception that a message on another ground than consent needs.
  void allow(const wire::Header& header);
  wire::Receipt receipt_for(const wire::Delivery& delivery) const;
  std::uint64_t acknowledge(const wire::Delivery& delivery);
  void credit(std::uint32_t deliveries) { send({0, wire::Credit{deliveries, 0}}); }

  // Opens what was delivered with the agency's sealing key: text by slot number.
  [[nodiscard]] std::map<std::uint8_t, std::string> open(const wire::Delivery& delivery,
                                                         const Network& network) const;

 private:
  void pump(Duration wait);
  bool poll_until(Duration wait, const std::function<bool()>& done);

  const Agency& agency_;
  io::DealerSocket socket_;
  std::deque<wire::ToAgent> inbox_;
  std::uint64_t next_request_ = 1;
};

}  // namespace safeconduct::rig
