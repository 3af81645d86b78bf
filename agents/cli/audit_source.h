// What every `audit` command begins with: a log that somebody handed over and a trust file.
#pragma once

#include <memory>

#include "agents/cli/answer.h"
#include "broker/audit/verify.h"

namespace safeconduct::cli {

using Source = std::unique_ptr<audit::EntrySource>;

// Exit status 3, also when there is nothing at the path: what cannot be read was not checked.
[[nodiscard]] Answer cannot_read(const Error& error);
[[nodiscard]] Result<ledger::TrustPolicy> read_trust(const std::string& path);
[[nodiscard]] Json to_json(const audit::Finding& finding);
[[nodiscard]] std::string in_words(const audit::Finding& finding);
// The report of `audit verify`, exit status 1 when something is wrong.
[[nodiscard]] Answer verified(const audit::VerifyReport& report, const Style& style);

// A log that was verified before anything is read out of it; else the answer that says why not.
struct VerifiedSource {
  Source source;
  audit::VerifyReport report;
  std::optional<Answer> refused;
};
[[nodiscard]] Result<VerifiedSource> open_verified(const std::string& path,
                                                   const std::string& trust, const Style& style);

// `2026-11-24` or `2026-11-24T10:00:00Z`. Errors: kInvalid.
[[nodiscard]] Result<Instant> instant_named(const std::string& text);

}  // namespace safeconduct::cli
