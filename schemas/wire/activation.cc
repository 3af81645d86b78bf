#include "schemas/wire/activation.h"

#include <charconv>

namespace safeconduct::wire {
namespace {

constexpr std::string_view kKind = "safeconduct activation ";
constexpr std::size_t kNetworkBytesMax = 255;

// Takes the next line off, without its LF.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

Error wrong(std::string_view line) {
  return invalid("the activation's line `" + std::string(line) +
                 "` is missing or malformed; make it with `safeconduct policy sign`");
}

Result<std::string_view> value_of(std::string_view& text, std::string_view word) {
  const std::string_view line = take_line(text);
  if (line.substr(0, word.size()) != word || line.size() <= word.size() + 1 ||
      line[word.size()] != ' ') {
    return wrong(word);
  }
  return line.substr(word.size() + 1);
}

}  // namespace

std::string to_text(const Activation& a) {
  std::string out = std::string(kKind) + "1\nnetwork " + a.network + "\nafter " +
                    std::to_string(a.after) + "\nfrom " +
                    (a.from ? to_rfc3339(*a.from) : std::string("once")) + "\nopens " +
                    (a.opens ? "something" : "nothing") + "\n";
  return out + a.policy;
}

Result<PolicyNoteText> parse_policy_note_text(std::string_view text) {
  if (text.substr(0, kKind.size()) != kKind) return PolicyNoteText{std::string(text), {}};
  std::string_view rest = text;
  if (take_line(rest) != std::string(kKind) + "1") {
    return Error{ErrorCode::kUnsupported,
                 "the activation is of a later version than 1; upgrade this program"};
  }
  Activation out;
  TRY(network, value_of(rest, "network"));
  if (network.size() > kNetworkBytesMax) return wrong("network");
  out.network = std::string(network);
  TRY(after, value_of(rest, "after"));
  const auto [stop, failed] = std::from_chars(after.data(), after.data() + after.size(), out.after);
  if (failed != std::errc() || stop != after.data() + after.size()) return wrong("after");
  TRY(from, value_of(rest, "from"));
  if (from != "once") {
    TRY(at, parse_rfc3339(from));
    out.from = at;
  }
  TRY(opens, value_of(rest, "opens"));
  if (opens != "something" && opens != "nothing") return wrong("opens");
  out.opens = opens == "something";
  out.policy = std::string(rest);
  if (to_text(out) != text) return invalid("the activation is not in its canonical form");
  return PolicyNoteText{out.policy, std::move(out)};
}

}  // namespace safeconduct::wire
