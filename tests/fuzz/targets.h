// What is fed with arbitrary bytes: each target takes them, and fails an assertion when what was
// accepted does not come out again as it went in.
#pragma once

#include <span>
#include <string_view>

#include "schemas/base/bytes.h"

namespace safeconduct::fuzz {

// A policy text: parsed, formatted, parsed again; a short one is compiled, too.
void policy(ByteView bytes);
// The first byte picks a header, record, part, frame or sealed message; the rest is its bytes.
void wire(ByteView bytes);
// What comes out of a socket: several messages in a frame, read by broker and agent.
void frames(ByteView bytes);
// The first byte picks a signed note, a policy note's text, a directory or a checkpoint.
void notes(ByteView bytes);
// A table of worked cases, as JSON.
void cases(ByteView bytes);
// The first byte picks a referral or a consent, as JSON.
void documents(ByteView bytes);

struct Target {
  std::string_view name;
  void (*feed)(ByteView);
};
[[nodiscard]] std::span<const Target> targets();

}  // namespace safeconduct::fuzz
