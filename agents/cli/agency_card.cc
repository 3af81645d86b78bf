#include "agents/cli/agency_card.h"

#include <vector>

#include "schemas/io/file.h"

namespace safeconduct::cli {
namespace {

constexpr std::string_view kForm = "safeconduct card ";
constexpr std::string_view kFirstLine = "safeconduct card 1";

Error wrong_line(int number, const std::string& what) {
  return invalid("card line " + std::to_string(number) + ": " + what);
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

// What follows `word ` on line `number`, counted from 1.
Result<std::string_view> field(const std::vector<std::string_view>& lines, int number,
                               std::string_view word) {
  const std::string_view line = lines[static_cast<std::size_t>(number) - 1];
  if (!line.starts_with(word) || !line.substr(word.size()).starts_with(' ')) {
    return wrong_line(number, "`" + std::string(word) + " ...` expected");
  }
  return line.substr(word.size() + 1);
}

Result<ByteArray<32>> key_field(const std::vector<std::string_view>& lines, int number,
                                std::string_view word) {
  TRY(encoded, field(lines, number, word));
  const auto raw = from_base64(encoded);
  const auto key = raw ? fixed<32>(*raw, word) : Result<ByteArray<32>>(raw.error());
  if (!key) return wrong_line(number, key.error().message);
  return *key;
}

std::string digits_of(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') digits += c;
  }
  return digits;
}

}  // namespace

std::string AgencyCard::fingerprint() const {
  return seal::card_fingerprint(agency, signing, transport);
}

std::string to_text(const AgencyCard& card) {
  std::string text(kFirstLine);
  text += "\nagency " + card.agency.text();
  text += "\nsigning " + to_base64(card.signing.bytes);
  text += "\ntransport " + to_base64(card.transport.bytes);
  text += "\nfingerprint " + card.fingerprint() + "\n";
  return text;
}

Result<AgencyCard> parse_card(std::string_view text) {
  const auto lines = lines_of(text);
  if (lines.empty() || !lines[0].starts_with(kForm)) {
    return wrong_line(1, "`" + std::string(kFirstLine) +
                             "` expected; give the file `card` that `safeconduct keys new` wrote");
  }
  if (lines[0] != kFirstLine) {
    return Error{ErrorCode::kUnsupported,
                 "the card has a newer form than this program knows; upgrade it"};
  }
  if (lines.size() != 5) return wrong_line(static_cast<int>(lines.size()), "five lines expected");
  AgencyCard card;
  TRY(agency, field(lines, 2, "agency"));
  auto id = AgencyId::parse(agency);
  if (!id) return wrong_line(2, id.error().message);
  card.agency = *id;
  TRY(signing, key_field(lines, 3, "signing"));
  TRY(transport, key_field(lines, 4, "transport"));
  card.signing.bytes = signing;
  card.transport.bytes = transport;
  TRY(fingerprint, field(lines, 5, "fingerprint"));
  if (fingerprint != card.fingerprint()) {
    return unauthentic("the card of `" + card.agency.text() +
                       "` says another fingerprint than its keys have; ask the agency for the card "
                       "again and have the fingerprint read aloud");
  }
  if (to_text(card) != text) return wrong_line(5, "the card was changed; ask for it again");
  return card;
}

Result<AgencyCard> read_card(const std::string& path) {
  TRY(bytes, io::read_file(path, kCardBytesMax));
  return parse_card(text_of(bytes));
}

Status check_fingerprint(const AgencyCard& card, std::string_view read_aloud) {
  if (digits_of(read_aloud) == digits_of(card.fingerprint())) return {};
  return unauthentic("the card of `" + card.agency.text() + "` has the fingerprint " +
                     card.fingerprint() +
                     ", not the one given; do not add it before both sides read the same digits");
}

}  // namespace safeconduct::cli
