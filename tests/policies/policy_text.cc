#include "tests/policies/policy_text.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

namespace safeconduct::policies {

const std::string& national_text() {
  static const std::string text = [] {
    std::ifstream file(SAFECONDUCT_SOURCE "/policies/national-referral.policy");
    std::ostringstream all;
    all << file.rdbuf();
    return all.str();
  }();
  return text;
}

const CompiledPolicy& national() {
  static const CompiledPolicy policy = [] {
    auto compiled = compile_text(national_text(), "national-referral.policy");
    if (!compiled) FAIL(compiled.error().message);
    return std::move(compiled).value();
  }();
  return policy;
}

std::string edited(const std::vector<Edit>& edits) {
  std::string text = national_text();
  for (const Edit& edit : edits) {
    if (edit.what.empty()) {
      text += "\n" + std::string(edit.by) + "\n";
      continue;
    }
    const std::size_t at = text.find(edit.what);
    if (at == std::string::npos) FAIL("not in the policy: " << edit.what);
    text.replace(at, edit.what.size(), edit.by);
  }
  return text;
}

std::string complaint(const std::string& text) {
  const auto compiled = compile_text(text, "p");
  if (compiled) FAIL("the policy compiles");
  return compiled.error().message;
}

Case everyday(Role from, Role to, Purpose purpose) {
  Case out;
  out.from = from;
  out.to = to;
  out.purpose = purpose;
  out.stage = Stage::kRelease;
  out.basis = Basis::kConsent;
  out.urgency = Urgency::kRoutine;
  out.agreement_in_force = true;
  out.consent = {.state = ConsentState::kLive,
                 .purpose_named = true,
                 .recipient_named = true,
                 .person_initiated = true,
                 .written = true,
                 .full = kAllCategories,
                 .named = kAllCategories};
  return out;
}

}  // namespace safeconduct::policies
