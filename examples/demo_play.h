// The demo's cases: sent by real agents, watched until each has its end.
#pragma once

#include "examples/demo_stage.h"

namespace safeconduct::demo {

struct Case {
  std::string file;
  Json text;

  [[nodiscard]] std::string from() const { return text.at("from"); }
  [[nodiscard]] std::string to() const { return text.at("document").at("to"); }
  [[nodiscard]] std::string purpose() const { return text.at("document").at("purpose"); }
};
[[nodiscard]] std::vector<Case> load_cases(const std::string& folder);

// A referral that an agent took, and how it stands.
struct Played {
  std::string title;
  std::string shows;
  std::string from;
  std::string to;
  std::string purpose;
  std::string message;
  std::vector<std::string> sent;  // categories with content
  Json expect;                    // of the case; null for a FHIR referral
  Json fate;                      // GET /v1/sent/MESSAGE; null before the first answer

  [[nodiscard]] std::string state() const {
    return fate.is_object() ? fate.value("state", "queued") : "queued";
  }
  [[nodiscard]] bool ended() const;
  [[nodiscard]] bool received() const { return state() == "received"; }
  // The refusal's word (`police_firewall`); empty when there is none.
  [[nodiscard]] std::string reason() const;
};

class Player {
 public:
  explicit Player(Stage& stage) : stage_(stage) {}

  // Records the consent, hands the referral to the sender's agent. Does not wait for its end.
  void play(const Case& one);
  // Every FHIR referral of a folder, from the NGO to the clinic.
  void play_fhir(const std::string& folder);
  // Asks until every referral of `to` (of everyone when empty) has its end, or `wait` is over.
  // Returns whether all have.
  bool settle(Duration wait, const std::string& except_to = {});

  [[nodiscard]] const std::vector<Played>& played() const { return played_; }
  [[nodiscard]] std::vector<Played>& played() { return played_; }
  [[nodiscard]] const Json& fhir_report() const { return fhir_report_; }

 private:
  [[nodiscard]] std::string record_consent(const Case& one);
  [[nodiscard]] std::string except(const Case& one) const;
  [[nodiscard]] std::string message_of(const std::string& case_file) const;
  void wait_for_receipt(const std::string& case_file);

  Stage& stage_;
  std::vector<Played> played_;
  std::map<std::string, std::size_t> by_file_;
  Json fhir_report_;
};

}  // namespace safeconduct::demo
