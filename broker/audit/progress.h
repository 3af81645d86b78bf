// How far a long reading has come, for whoever shows it.
#pragma once

#include <cstdint>

namespace safeconduct::audit {

class Progress {
 public:
  virtual ~Progress() = default;
  // `done` of `of` entries; `of` is what the checkpoint claims, 0 when it claims nothing. Called
  // every few thousand entries, on the caller's thread.
  virtual void at(std::uint64_t done, std::uint64_t of) = 0;
};

}  // namespace safeconduct::audit
