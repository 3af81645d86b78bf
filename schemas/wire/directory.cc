#include "schemas/wire/directory.h"

#include <algorithm>
#include <charconv>

#include "schemas/base/limits.h"

namespace safeconduct::wire {
namespace {

constexpr std::string_view kFirstLine = "safeconduct directory 1";

std::vector<std::string_view> split(std::string_view text, char by) {
  std::vector<std::string_view> out;
  for (;;) {
    const std::size_t at = text.find(by);
    out.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return out;
    text.remove_prefix(at + 1);
  }
}

// Goes through the lines in their fixed order; every complaint names the line.
class Lines {
 public:
  explicit Lines(std::string_view text) : lines_(split(text, '\n')) {}

  [[nodiscard]] bool at_end() const { return next_ + 1 >= lines_.size(); }
  [[nodiscard]] bool starts_with(std::string_view word) const {
    return !at_end() && lines_[next_].starts_with(word);
  }
  // The words after `keyword`, exactly `count` of them.
  Result<std::vector<std::string_view>> take(std::string_view keyword, std::size_t count) {
    if (at_end() || !lines_[next_].starts_with(keyword))
      return wrong("`" + std::string(keyword) + "` expected");
    const std::string_view rest = lines_[next_++].substr(keyword.size());
    const auto words = split(rest, ' ');
    if (words.size() != count) return wrong_before(std::to_string(count) + " words expected");
    return words;
  }
  [[nodiscard]] Error wrong(const std::string& what) const {
    return invalid("directory line " + std::to_string(next_ + 1) + ": " + what);
  }
  [[nodiscard]] Error wrong_before(const std::string& what) const {
    return invalid("directory line " + std::to_string(next_) + ": " + what);
  }

 private:
  std::vector<std::string_view> lines_;
  std::size_t next_ = 0;
};

Result<ByteArray<32>> take_key(Lines& lines, std::string_view keyword) {
  TRY(words, lines.take(keyword, 1));
  auto raw = from_base64(words[0]);
  if (!raw) return lines.wrong_before(raw.error().message);
  auto key = fixed<32>(*raw, "key");
  if (!key) return lines.wrong_before(key.error().message);
  return *key;
}

constexpr std::size_t kEndpointBytesMax = 255;

Result<DatedProof> take_proof(Lines& lines, std::string_view keyword) {
  TRY(words, lines.take(keyword, 2));
  const auto from = parse_date(words[0]);
  const auto until = parse_date(words[1]);
  if (!from || !until || *until < *from) return lines.wrong_before("two dates in order expected");
  return DatedProof{*from, *until};
}

Result<DirectoryAgency> take_agency(Lines& lines) {
  TRY(words, lines.take("agency ", 3));
  DirectoryAgency agency;
  auto id = AgencyId::parse(words[0]);
  if (!id) return lines.wrong_before(id.error().message);
  agency.id = *id;
  for (std::string_view role : split(words[1], ',')) agency.roles.emplace_back(role);
  const auto standing = standing_named(words[2]);
  if (!standing || agency.roles.size() > limits::kRolesPerAgencyMax) {
    return lines.wrong_before("standing must be active, suspended or left, with at most 8 roles");
  }
  agency.standing = *standing;
  TRY(signing, take_key(lines, "  signing "));
  TRY(transport, take_key(lines, "  transport "));
  TRY(agreement, take_proof(lines, "  agreement "));
  TRY(training, take_proof(lines, "  training "));
  agency.signing_key = signing;
  agency.transport_key = transport;
  agency.agreement = agreement;
  agency.training = training;
  if (lines.starts_with("  direct ")) {
    TRY(direct, lines.take("  direct ", 1));
    if (direct[0].size() > kEndpointBytesMax || !direct[0].starts_with("tcp://")) {
      return lines.wrong_before("an endpoint such as tcp://haven.example:7700 expected");
    }
    agency.direct = std::string(direct[0]);
  }
  return agency;
}

Status take_head(Lines& lines, Directory& directory) {
  TRY(network, lines.take("network ", 1));
  directory.network = std::string(network[0]);
  TRY(version, lines.take("version ", 1));
  const auto [end, bad] =
      std::from_chars(version[0].data(), version[0].data() + version[0].size(), directory.version);
  if (bad != std::errc() || end != version[0].data() + version[0].size() ||
      directory.version == 0) {
    return lines.wrong_before("a whole number from 1 expected");
  }
  TRY(issued_text, lines.take("issued ", 1));
  auto issued = parse_rfc3339(issued_text[0]);
  if (!issued) return lines.wrong_before(issued.error().message);
  directory.issued = *issued;
  TRY(broker, take_key(lines, "broker "));
  directory.broker_transport_key = broker;
  TRY(log, lines.take("log ", 1));
  directory.log_vkey = std::string(log[0]);
  while (lines.starts_with("officer ")) {
    TRY(officer, lines.take("officer ", 1));
    directory.officer_vkeys.emplace_back(officer[0]);
  }
  return {};
}

Status check_agencies(const Directory& directory) {
  if (directory.agencies.size() > limits::kAgenciesMax)
    return invalid("directory has more than " + std::to_string(limits::kAgenciesMax) + " agencies");
  std::vector<ByteArray<32>> transport;
  for (std::size_t i = 0; i < directory.agencies.size(); ++i) {
    if (i > 0 && !(directory.agencies[i - 1].id < directory.agencies[i].id)) {
      return invalid("directory lists agencies out of order or twice at `" +
                     directory.agencies[i].id.text() + "`");
    }
    transport.push_back(directory.agencies[i].transport_key);
  }
  std::sort(transport.begin(), transport.end());
  if (std::adjacent_find(transport.begin(), transport.end()) != transport.end()) {
    return invalid("directory gives one transport key to two agencies; each needs its own");
  }
  return {};
}

}  // namespace

bool DatedProof::covers(Instant at) const {
  return start_of(from) <= at && at < start_of(until) + days(1);
}

const DirectoryAgency* Directory::find(const AgencyId& id) const {
  const auto at =
      std::lower_bound(agencies.begin(), agencies.end(), id,
                       [](const DirectoryAgency& a, const AgencyId& b) { return a.id < b; });
  return at != agencies.end() && at->id == id ? &*at : nullptr;
}

std::string to_text(const Directory& d) {
  std::string out(kFirstLine);
  const auto line = [&out](std::string_view keyword, std::string_view rest) {
    out.append("\n").append(keyword).append(rest);
  };
  line("network ", d.network);
  line("version ", std::to_string(d.version));
  line("issued ", to_rfc3339(d.issued));
  line("broker ", to_base64(d.broker_transport_key));
  line("log ", d.log_vkey);
  for (const std::string& officer : d.officer_vkeys) line("officer ", officer);
  for (const DirectoryAgency& a : d.agencies) {
    std::string roles;
    for (const std::string& role : a.roles) roles += (roles.empty() ? "" : ",") + role;
    line("agency ", a.id.text() + " " + roles + " " + std::string(name(a.standing)));
    line("  signing ", to_base64(a.signing_key));
    line("  transport ", to_base64(a.transport_key));
    line("  agreement ", to_text(a.agreement.from) + " " + to_text(a.agreement.until));
    line("  training ", to_text(a.training.from) + " " + to_text(a.training.until));
    if (!a.direct.empty()) line("  direct ", a.direct);
  }
  return out + "\n";
}

Result<Directory> parse_directory(std::string_view text) {
  if (text.size() > limits::kDocumentBytesMax) {
    return invalid("directory is longer than " + std::to_string(limits::kDocumentBytesMax) +
                   " bytes");
  }
  if (text.starts_with("safeconduct directory ") &&
      !text.starts_with(std::string(kFirstLine) + "\n")) {
    return Error{ErrorCode::kUnsupported,
                 "the directory has a newer form than this program knows; upgrade it"};
  }
  Lines lines(text);
  Directory directory;
  if (!lines.starts_with(kFirstLine)) return lines.wrong("`safeconduct directory 1` expected");
  TRY_OK(lines.take(kFirstLine, 1));
  TRY_OK(take_head(lines, directory));
  while (!lines.at_end()) {
    TRY(agency, take_agency(lines));
    directory.agencies.push_back(std::move(agency));
  }
  TRY_OK(check_agencies(directory));
  if (to_text(directory) != text)
    return invalid("directory is not in its canonical form; write it with `safeconduct network`");
  return directory;
}

std::string_view name(Standing standing) {
  switch (standing) {
    case Standing::kActive:
      return "active";
    case Standing::kSuspended:
      return "suspended";
    case Standing::kLeft:
      return "left";
  }
  return "unknown";
}

std::optional<Standing> standing_named(std::string_view word) {
  for (Standing s : {Standing::kActive, Standing::kSuspended, Standing::kLeft}) {
    if (name(s) == word) return s;
  }
  return std::nullopt;
}

}  // namespace safeconduct::wire
