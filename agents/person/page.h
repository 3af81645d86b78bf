// The person's page: one self-contained HTML document without script or any request, readable on a
// small phone, printing on one sheet of A4. It holds no value of any content.
#pragma once

#include <string>

#include "agents/person/facts.h"
#include "schemas/base/result.h"

namespace safeconduct::person {

inline constexpr std::size_t kPageBytesMax = 30 * 1024;

enum class Sheet : std::uint8_t {
  kReceipt,      // what was agreed, the rights, how to take it back; who was told what, in short
  kDisclosures,  // who was told what and why, what was not, deletions; how to take it back
};

struct PageOptions {
  Sheet sheet = Sheet::kReceipt;
  std::string language = "en";
  std::string zone = "UTC";
  bool neutral = false;  // safe to be found
};

// Errors: kInvalid: no such language or zone, or a neutral page on which the agency's own name or
// contact would give it away.
[[nodiscard]] Result<std::string> render(const Facts& facts, const PageOptions& options);

}  // namespace safeconduct::person
