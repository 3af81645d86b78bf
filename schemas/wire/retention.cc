#include "schemas/wire/retention.h"

#include <charconv>

#include "schemas/base/codec.h"

namespace safeconduct::wire {
namespace {

constexpr std::array<std::string_view, kRetainedParts> kPartWords = {"routing", "sender",
                                                                     "recipient", "restricted"};
constexpr std::string_view kRetentionHead = "safeconduct retention 1";
constexpr std::string_view kHoldHead = "safeconduct hold 1";
constexpr std::string_view kLiftedHead = "safeconduct hold lifted 1";
constexpr std::size_t kWordMax = 64;

bool is_word(std::string_view text) {
  const bool plain =
      text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_-.") == std::string_view::npos;
  return !text.empty() && text.size() <= kWordMax && plain;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    out.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

// What follows `word ` on the line; empty when it begins otherwise.
std::string_view after(std::string_view line, std::string_view word) {
  const bool fits =
      line.size() > word.size() + 1 && line.starts_with(word) && line[word.size()] == ' ';
  return fits ? line.substr(word.size() + 1) : std::string_view();
}

// The canonical text or nothing: whatever a lenient reading took is written again and compared.
template <class T>
Result<T> exact(const T& value, std::string_view text, std::string_view what) {
  if (to_text(value) == text) return value;
  return invalid("the " + std::string(what) +
                 " is not in its one form; see schemas/FORMATS.md, \"Retention\"");
}

}  // namespace

Bytes encode(const Pruning& p) {
  ByteWriter out;
  out.u8(p.part).u64(p.from).u64(p.to).i64(p.newest.ms).u64(p.retention);
  out.u32(static_cast<std::uint32_t>(p.spared.size()));
  for (const std::uint64_t at : p.spared) out.u64(at);
  return out.take();
}

Result<Pruning> decode_pruning(ByteView bytes) {
  ByteReader in(bytes);
  Pruning p;
  p.part = in.u8();
  p.from = in.u64();
  p.to = in.u64();
  p.newest.ms = in.i64();
  p.retention = in.u64();
  const std::size_t count = in.u32();
  if (count > bytes.size() / sizeof(std::uint64_t))
    return invalid("the pruning's list is cut short");
  for (std::size_t i = 0; i < count; ++i) p.spared.push_back(in.u64());
  TRY_OK(in.finish("pruning"));
  return p;
}

std::string to_text(const Retention& retention) {
  std::string out = std::string(kRetentionHead) + "\nprofile " + retention.profile + "\n";
  for (std::size_t i = 0; i < kRetainedParts; ++i) {
    out += "keep " + std::string(kPartWords[i]) + " " +
           (retention.days[i] == 0 ? "for ever" : std::to_string(retention.days[i]) + " days") +
           "\n";
  }
  return out;
}

std::string to_text(const Hold& hold) {
  std::string out = std::string(kHoldHead) + "\nhold " + hold.id + "\n";
  if (!hold.referral.is_zero()) {
    out += "referral " + hold.referral.text() + "\n";
  } else if (!hold.agency.empty()) {
    out += "agency " + hold.agency.text() + "\n";
  } else {
    out += "everything\n";
  }
  return out + "reason " + hold.reason + "\n";
}

std::string hold_lifted_text(const std::string& id) {
  return std::string(kLiftedHead) + "\nhold " + id + "\n";
}

Result<Retention> parse_retention(std::string_view text) {
  Retention out;
  const auto lines = lines_of(text);
  if (lines.size() != 2 + kRetainedParts) return invalid("a retention text has six lines");
  out.profile = after(lines[1], "profile");
  if (!is_word(out.profile)) return invalid("the retention's profile is no word");
  for (std::size_t i = 0; i < kRetainedParts; ++i) {
    const std::string_view rest = after(lines[2 + i], "keep " + std::string(kPartWords[i]));
    std::from_chars(rest.data(), rest.data() + rest.size(), out.days[i]);
    if (out.days[i] > kRetentionDaysMax)
      return invalid("a part is kept for a hundred years at most");
  }
  return exact(out, text, "retention");
}

Result<Hold> parse_hold(std::string_view text) {
  Hold out;
  const auto lines = lines_of(text);
  if (lines.size() != 4) return invalid("a hold's text has four lines");
  out.id = after(lines[1], "hold");
  out.reason = after(lines[3], "reason");
  if (!is_word(out.id) || !is_word(out.reason)) return invalid("a hold's id and reason are words");
  if (const auto referral = ReferralId::parse(after(lines[2], "referral")))
    out.referral = *referral;
  if (const auto agency = AgencyId::parse(after(lines[2], "agency"))) out.agency = *agency;
  return exact(out, text, "hold");
}

Result<std::string> parse_hold_lifted(std::string_view text) {
  const auto lines = lines_of(text);
  const std::string id(lines.size() == 2 ? after(lines[1], "hold") : std::string_view());
  if (is_word(id) && hold_lifted_text(id) == text) return id;
  return invalid("the lifting of a hold is not in its one form; see schemas/FORMATS.md");
}

Result<RecordKind> rule_kind(std::string_view text) {
  if (parse_retention(text)) return RecordKind::kRetention;
  if (parse_hold_lifted(text)) return RecordKind::kHoldLifted;
  TRY_OK(parse_hold(text));
  return RecordKind::kHold;
}

}  // namespace safeconduct::wire
