// A small network on a bench top: one log, a directory of agencies, the shipped policy and sealing
// cards, and a core over a state in memory. No cryptography: the core takes verified commands.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "broker/core/core.h"
#include "broker/core/keys.h"
#include "broker/core/message.h"

namespace safeconduct::core {

inline constexpr Instant kMorning{1'764'000'000'000};  // 2025-11-24T16:00:00Z
inline constexpr std::uint64_t kEverySlot = (std::uint64_t{1} << policies::kSlotCount) - 1;

[[nodiscard]] AgencyId agency(std::string_view name);
[[nodiscard]] KeyId signing_key_of(std::string_view agency);
[[nodiscard]] KeyId sealing_key_of(std::string_view agency, std::uint64_t counter = 1);
[[nodiscard]] MessageId message_id(std::uint64_t number);
[[nodiscard]] ConsentId consent_id(std::uint64_t number);
[[nodiscard]] ReferralId referral_id(std::uint64_t number);
[[nodiscard]] ExceptionId exception_id(std::uint64_t number);
[[nodiscard]] std::uint8_t role_code(std::string_view word);
[[nodiscard]] std::uint8_t purpose_code(std::string_view word);
[[nodiscard]] policies::CategorySet categories(std::string_view words);
// Slots of the categories at exactly that level.
[[nodiscard]] std::uint64_t slots(std::string_view words, policies::Level level);

// One message in words; the rest follows. Offers every slot unless told otherwise.
struct Letter {
  std::uint64_t number = 1;
  std::string from = "ngo";
  std::string to = "haven";
  std::string from_role = "ngo_case";
  std::string to_role = "shelter";
  std::string purpose = "safe_accommodation";
  std::string stage = "release";
  std::string basis = "consent";
  std::uint16_t circumstances = 0;
  std::uint64_t consent = 0;  // 0: none named
  std::uint64_t offered = kEverySlot;
  std::uint8_t hop = 1;
  std::uint64_t prior = 0;
  std::uint64_t supersedes = 0;
  Duration life = hours(72);
  Duration content_life = days(30);
  std::uint8_t variant = 0;    // another one: other bytes under the same id
  std::uint64_t referral = 0;  // 0: the number of the first that this one re-seals, or its own
  std::string urgency = "routine";
};

[[nodiscard]] ReferralId referral_of(const Letter& letter);

// One consent in words.
struct Scope {
  std::string purpose = "safe_accommodation";
  std::vector<std::string> recipients = {"haven"};
  std::string full = "needs identity contact risk family demographics health";
  std::string generalised = {};
  bool person_initiated = false;
};
struct Word {
  std::uint64_t number = 1;
  std::uint32_t version = 1;
  std::vector<Digest> previous = {};
  std::string by = "ngo";
  std::vector<Scope> scopes = {Scope{}};
  wire::Grantor grantor = wire::Grantor::kSelf;
  Duration life = days(30);
  std::string never = {};
  std::vector<std::string> excluded = {};
  std::uint8_t onward_depth = 1;
  std::vector<std::string> onward_purposes = {};
  bool fresh_in_reflection = false;
};

// In canonical form.
[[nodiscard]] const std::string& national_policy();
// The same policy under another title: another text that decides alike.
[[nodiscard]] std::string retitled(std::string_view policy, std::string_view title);
// A note whose signature nobody looks at here.
[[nodiscard]] Bytes unverified_note(std::string_view text);
// All agencies of the bench top in good standing.
[[nodiscard]] wire::Directory bench_directory();
[[nodiscard]] std::vector<std::string> officers();

class SameSalt final : public Salts {
 public:
  [[nodiscard]] Digest next() override { return Digest{0x5a}; }
};

class BenchTop {
 public:
  // With directory, policy and a card of each agency in force.
  BenchTop();
  // An empty log.
  struct Empty {};
  explicit BenchTop(Empty);

  Instant now = kMorning;

  Outcome apply(const Command& command);
  [[nodiscard]] const MapState& state() const { return state_; }
  [[nodiscard]] const Core& core() const { return core_; }
  [[nodiscard]] const std::vector<ledger::Entry>& log() const { return log_; }
  [[nodiscard]] std::size_t entries() const { return log_.size(); }
  // An entry that replay takes from the log as it is.
  void pass(const ledger::Entry& entry);
  // A broker that starts over the same state.
  void restart();

  // --- commands, as admission would make them
  [[nodiscard]] Submit letter(const Letter& letter) const;
  [[nodiscard]] PutConsent consent(const Word& word) const;
  [[nodiscard]] TakeReceipt receipt(const Letter& letter, const Given& given,
                                    std::optional<std::uint64_t> kept = {}) const;
  [[nodiscard]] PutDirectory directory(wire::Directory directory) const;
  // As a network's first policy is signed; a text that parses is brought into canonical form.
  [[nodiscard]] PutPolicy policy(std::string_view text) const;
  [[nodiscard]] RecordAction action(std::string_view name, std::uint8_t id) const;
  // As an activation that replaces the latest policy, with a true mark. Nothing: at once.
  [[nodiscard]] PutPolicy activation(std::string_view text, std::optional<Instant> from = {}) const;
  [[nodiscard]] PutCard card(std::string_view name, std::uint64_t counter) const;
  [[nodiscard]] Withdraw withdraw(std::uint64_t consent, std::string_view words = {}) const;
  // A signed record of a referral's life.
  [[nodiscard]] TakeRecord word(std::string_view by, wire::ReferralRecord record) const;
  [[nodiscard]] wire::ExceptionRecord exception(const Letter& letter) const;
  // The exception that a letter on another ground than consent needs; approved.
  void allow(const Letter& letter);
  [[nodiscard]] Withdraw withdraw_at(std::string_view recipient, std::uint64_t message,
                                     std::string_view words = {}) const;

  // --- what a test asks
  [[nodiscard]] wire::SenderPart told_sender(std::size_t position) const;
  [[nodiscard]] std::optional<wire::RecipientPart> told_recipient(std::size_t position) const;
  [[nodiscard]] Phase phase(std::uint64_t message) const;
  // Sends and demands that it is admitted.
  Decided admitted(const Letter& letter);
  // Sends and returns the verdict of its refusal; fails the test when it is admitted.
  std::uint8_t refused(const Letter& letter);
  // Gives it and demands that it goes.
  Given given(std::uint64_t message);
  // The verdict with which it is withheld; fails the test when it goes.
  std::uint8_t withheld(std::uint64_t message);
  // Records a consent and returns its version's hash.
  Digest recorded(const Word& word);
  // Sent, given, received.
  Given received(const Letter& letter);

 private:
  MapState state_;
  Core core_;
  std::vector<ledger::Entry> log_;
};

[[nodiscard]] std::uint8_t code(policies::Reason reason);
[[nodiscard]] std::uint8_t code(wire::Verdict verdict);
[[nodiscard]] bool is_error(const Outcome& outcome, ErrorCode code);

}  // namespace safeconduct::core
