#include "agents/cli/policy_words.h"

#include "schemas/seal/hash.h"

namespace safeconduct::cli {

std::string policy_hash(std::string_view canonical_text) {
  return to_hex(seal::sha256(view_of(canonical_text)));
}

Json policy_json(const policies::CompiledPolicy& policy) {
  return {{"policy", policy.policy().name},
          {"title", policy.policy().title},
          {"statements", policy.policy().statements.size()},
          {"cells_proved", policy.cells_proved()},
          {"sha256", policy_hash(policy.text())}};
}

std::string grouped(std::uint64_t number) {
  std::string out = std::to_string(number);
  for (std::size_t at = out.size(); at > 3;) {
    at -= 3;
    out.insert(at, ",");
  }
  return out;
}

}  // namespace safeconduct::cli
