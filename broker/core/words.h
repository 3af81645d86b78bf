// What the numbers of the ledger's parts say, in the words of the vocabulary: for auditors and
// other readers that do not decide.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace safeconduct::core {

// `admitted`, `no_consent`, or the bus's own sentence.
[[nodiscard]] std::string verdict_words(std::uint8_t verdict);
// `needs full, health generalised`; `nothing` when no slot is kept.
[[nodiscard]] std::string slot_words(std::uint64_t slots);
// `?` for a number that the vocabulary lacks.
[[nodiscard]] std::string_view role_word(std::uint8_t number);
[[nodiscard]] std::string_view purpose_word(std::uint8_t number);
[[nodiscard]] std::string_view stage_word(std::uint8_t number);
[[nodiscard]] std::string_view basis_word(std::uint8_t number);
// The whole vocabulary, one `kind number word` per line.
[[nodiscard]] std::string_view vocabulary_text();

}  // namespace safeconduct::core
