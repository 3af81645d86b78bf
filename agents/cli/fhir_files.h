// FHIR R4 resources on disk, as one request to the agent.
#pragma once

#include <string>

#include "agents/cli/answer.h"

namespace safeconduct::cli {

inline constexpr std::size_t kFhirBytesMax = 3 * 1024 * 1024;  // a request is at most 4 MiB

// {"Patient-1.json": "..."}: the file at `path`, or every *.json in the folder, not below it.
// Errors: kInvalid (no such file in it, too large together), kNotFound, kIo.
[[nodiscard]] Result<Json> read_fhir_files(const std::string& path);

}  // namespace safeconduct::cli
