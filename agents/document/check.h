// The recipient's side: that a value belongs where it stands, and how it is shown.
#pragma once

#include <string>
#include <vector>

#include "policies/vocabulary.h"
#include "schemas/base/bytes.h"
#include "schemas/seal/slots.h"

namespace safeconduct::document {

// Ok when the text is a canonical object of exactly this category's fields at this level: an
// address cannot come in `needs`, nor a birth date in a generalised slot. Substance-use records
// must carry their notice. Errors: kInvalid (names only, no value).
[[nodiscard]] Status check_slot(policies::Category category, policies::Level level, ByteView text);

// A kept slot by its number; the bytes belong to the caller.
struct KeptSlot {
  std::uint8_t number = 0;
  ByteView text;
};

// {"needs":{"level":"full","value":{...}},...}: of a category that came at both levels, the full
// one. Every slot is checked first. Errors: kInvalid as check_slot, or no such slot number.
[[nodiscard]] Result<std::string> render(const std::vector<KeptSlot>& kept);
[[nodiscard]] Result<std::string> render(const std::vector<seal::OpenedSlot>& kept);

}  // namespace safeconduct::document
