// Two agencies, a broker between them and a clock that a test turns.
#pragma once

#include <catch2/catch.hpp>
#include <memory>

#include "agents/daemon/agent.h"
#include "schemas/seal/key_file.h"
#include "tests/agent/fake_broker.h"
#include "tests/io/temp_folder.h"

namespace safeconduct::agent {

class TurnedClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override { return at; }
  Instant at = parse_rfc3339("2026-11-24T10:00:00Z").value();
};

// One agency's agent on its own folder; restart() is what kill -9 and a new start leave.
class Office {
 public:
  Office(FakeBroker& broker, const Clock& clock, Random& random, const std::string& name,
         const std::string& role);

  void start(Ceiling ceiling = ceiling_of_policy());
  void stop();
  void restart() {
    stop();
    start();
  }
  void connect();
  void disconnect() { agent->disconnected(); }
  // Frames to and fro until nobody has anything to say.
  void talk();
  // One round: what the agent has to say, without its hearing the answer.
  std::vector<wire::ToAgent> say();

  [[nodiscard]] std::string folder() const { return folder_.path(); }
  [[nodiscard]] wire::DirectoryAgency entry() const;
  [[nodiscard]] Sent sent(const MessageId& message) {
    return agent->outbox().find(message).value();
  }
  [[nodiscard]] std::vector<Received> inbox() { return agent->inbox().list(100).value(); }
  [[nodiscard]] std::string content(const MessageId& message);

  AgencyId id;
  std::string role;
  seal::SigningKey signing;
  ByteArray<32> transport;
  std::unique_ptr<Agent> agent;

 private:
  FakeBroker& broker_;
  const Clock& clock_;
  Random& random_;
  io::TempFolder folder_;
  seal::RestKey rest_;
  std::unique_ptr<Store> store_;
  std::unique_ptr<Book> book_;
  std::unique_ptr<Desk> desk_;
};

struct World {
  explicit World(std::uint64_t seed = 11);
  // Both connected, directory, policy and keys known to both.
  void settle();
  void talk();
  ConsentId record_consent(const std::string& categories = "");
  MessageId refer(const ConsentId& consent, const std::string& content = "");

  TurnedClock clock;
  seal::SeededRandom random;
  FakeBroker broker;
  Office sender;     // harbour, an NGO
  Office recipient;  // haven, a shelter
};

// Canaries that stand in the standard content.
inline constexpr std::string_view kNameCanary = "Zyxquilla";
inline constexpr std::string_view kStoryCanary = "Qoppamerun";

[[nodiscard]] std::string consent_text(const std::string& categories);
[[nodiscard]] std::string referral_text(const ConsentId& consent, const std::string& content);
[[nodiscard]] wire::ReceiptRecord last_receipt(const FakeBroker& broker);

}  // namespace safeconduct::agent
