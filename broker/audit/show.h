// One entry, or the life of one message, for people and programs. There is no content in the log.
#pragma once

#include "broker/audit/entry_source.h"

namespace safeconduct::audit {

struct Shown {
  std::uint64_t position = 0;
  Instant instant;
  std::string kind;
  std::string sentence;
  // Name and value of each fact, in order: commitments' parts, rules, levels and reasons.
  std::vector<std::pair<std::string, std::string>> facts;
};

// Errors: kNotFound.
[[nodiscard]] Result<Shown> show_entry(const EntrySource& source, std::uint64_t position);
// Every entry about the message, in order. Errors: kNotFound.
[[nodiscard]] Result<std::vector<Shown>> show_message(const EntrySource& source,
                                                      const MessageId& message);

}  // namespace safeconduct::audit
