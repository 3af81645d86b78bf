#include "schemas/ledger/checkpoint.h"

#include "schemas/ledger/text_fields.h"

namespace safeconduct::ledger {
namespace {

// text = origin LF size LF base64(root[32]) LF *(extension LF)
//   size: decimal without leading zeros; origin and extensions are not empty.
Error bad_checkpoint(std::string_view why) {
  return invalid("not a checkpoint: " + std::string(why));
}

bool is_line(std::string_view text) {
  return !text.empty() && text.find('\n') == std::string_view::npos;
}

}  // namespace

std::string checkpoint_text(const Checkpoint& checkpoint) {
  SC_CHECK(is_line(checkpoint.origin));
  std::string out = checkpoint.origin + "\n" + std::to_string(checkpoint.head.size) + "\n" +
                    to_base64(checkpoint.head.root) + "\n";
  for (const std::string& extension : checkpoint.extensions) {
    SC_CHECK(is_line(extension));
    out += extension + "\n";
  }
  return out;
}

Result<Checkpoint> parse_checkpoint(std::string_view text) {
  if (text.size() > kNoteBytesMax || !is_note_text(text)) {
    return bad_checkpoint("it is not the text of a note");
  }
  const auto origin = next_line(text);
  if (!origin || origin->empty()) return bad_checkpoint("it has no origin");
  const auto size_line = next_line(text);
  const auto size = size_line ? parse_decimal(*size_line) : std::nullopt;
  if (!size) return bad_checkpoint("its second line is not a size");
  const auto root_line = next_line(text);
  const auto root = root_line ? parse_hash(*root_line) : std::nullopt;
  if (!root) return bad_checkpoint("its third line is not a root of 32 bytes");
  if (*size == 0 && *root != empty_root()) {
    return bad_checkpoint("size 0 with another root than the empty tree's");
  }
  Checkpoint checkpoint{std::string(*origin), {*size, *root}, {}};
  while (!text.empty()) {
    const auto extension = next_line(text);
    if (!extension || extension->empty()) return bad_checkpoint("it has an empty line");
    checkpoint.extensions.emplace_back(*extension);
  }
  return checkpoint;
}

std::string sign_checkpoint(const std::string& origin, const TreeHead& head,
                            const seal::SigningKey& log_key) {
  return signed_note(checkpoint_text({origin, head, {}}), origin, log_key);
}

Result<Checkpoint> open_checkpoint(std::string_view note, std::string_view origin,
                                   const NoteKey& log_key) {
  TRY(verified, open_note(note, {&log_key, 1}));
  TRY(checkpoint, parse_checkpoint(verified.text()));
  if (checkpoint.origin != origin) {
    return unauthentic("the checkpoint is of the log `" + checkpoint.origin + "`, expected `" +
                       std::string(origin) + "`");
  }
  return checkpoint;
}

}  // namespace safeconduct::ledger
