// Documents come by file or standard input, never as arguments, which every user of a machine can
// read.
#pragma once

#include <string>

#include "schemas/base/result.h"

namespace safeconduct::cli {

// The file at `path`, or standard input when `path` is empty or `-`. Errors: kNotFound, kInvalid
// (too large, nothing on a terminal to wait for), kIo.
[[nodiscard]] Result<std::string> read_document(const std::string& path, std::size_t bytes_max);

}  // namespace safeconduct::cli
