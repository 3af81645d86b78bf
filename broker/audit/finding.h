// What an auditor found wrong.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace safeconduct::audit {

struct Finding {
  std::optional<std::uint64_t> position;  // nothing: the checkpoint, or the log as a whole
  std::string sentence;
};

inline constexpr std::size_t kFindingsMax = 100;  // then it is enough

// The finding that is earliest in the log; one without a position only when there is no other.
// Null when there is none.
[[nodiscard]] const Finding* first_of(const std::vector<Finding>& findings);

}  // namespace safeconduct::audit
