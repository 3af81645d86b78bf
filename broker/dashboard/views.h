// What the browser asks for, as JSON: codes and numbers, which the client puts into the reader's
// language. Every view is cut to what the visitor may see.
#pragma once

#include <nlohmann/json.hpp>

#include "broker/dashboard/board.h"
#include "broker/dashboard/projection/figures.h"
#include "broker/dashboard/sessions.h"
#include "broker/dashboard/web_request.h"

namespace safeconduct::dashboard {

using Json = nlohmann::json;

// Whose rows a visitor sees.
struct Scope {
  bool rows = false;
  std::optional<AgencyIndex> own;  // only this agency's
};
[[nodiscard]] Scope scope_of(const Projection& projection, const Visitor& visitor);

[[nodiscard]] Json feed_view(const Feed& feed, Instant now);
[[nodiscard]] Json tiles_view(const Projection& projection, const Scope& scope, Instant now);
// `tile`, `state`, `from`, `to`, `agency`, `purpose`, `urgency`, `basis`, `since`, `until`, `id`,
// `order`, `page`. Errors: kInvalid, naming the parameter.
[[nodiscard]] Result<Json> list_view(const Projection& projection, const Scope& scope,
                                     const Target& target, Instant now);
// The same rows as comma-separated values, all pages.
[[nodiscard]] Result<std::string> list_csv(const Projection& projection, const Scope& scope,
                                           const Target& target, Instant now);
// Errors: kNotFound, also for what the visitor may not see.
[[nodiscard]] Result<Json> referral_view(const Projection& projection, const Feed& feed,
                                         const Scope& scope, std::string_view id, Instant now);

// `days`: 1..366. The matrix: `agencies`, and `cells` of [from, to, sent, waiting, median, p90]
// with places in `agencies` and milliseconds; the last two are left out while nothing was answered.
[[nodiscard]] Result<Json> matrix_view(const Projection& projection, const Scope& scope,
                                       const Target& target, Instant now);
[[nodiscard]] Result<Json> trends_view(const Projection& projection, const Scope& scope,
                                       const Target& target, Instant now);
// `month`: YYYY-MM.
[[nodiscard]] Result<Json> report_view(const Projection& projection, const Scope& scope,
                                       const Target& target, Instant now);

[[nodiscard]] Json agencies_view(const Projection& projection, const Feed& feed, const Scope& scope,
                                 Instant now);
[[nodiscard]] Json capacity_view(const Projection& projection, const Scope& scope, Instant now);
[[nodiscard]] Json duties_view(const Projection& projection, const Scope& scope, Instant now);
[[nodiscard]] Json exceptions_view(const Projection& projection, const Scope& scope, Instant now);
[[nodiscard]] Json integrity_view(const Projection& projection, const Feed& feed,
                                  const std::string& log_key, Instant now);

}  // namespace safeconduct::dashboard
