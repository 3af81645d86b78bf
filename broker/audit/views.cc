#include "broker/audit/views.h"

#include <nlohmann/json.hpp>

#include "schemas/seal/merkle.h"

namespace safeconduct::audit {
namespace {

using Json = nlohmann::ordered_json;
using ledger::EntryKind;

constexpr std::string_view kOcsfVersion = "1.3.0";
constexpr std::string_view kDicom = "http://dicom.nema.org/resources/ontology/DCM";
constexpr std::string_view kLeafSystem = "urn:safeconduct:leaf-hash";
constexpr std::string_view kPositionSystem = "urn:safeconduct:position";
constexpr std::array<std::string_view, 13> kColumns = {
    "message", "referral", "from",   "to",       "from_role", "to_role", "purpose",
    "stage",   "basis",    "agency", "operator", "verdict",   "kept"};

std::string field(const Line& line, std::string_view name) {
  for (const auto& [key, value] : line.fields) {
    if (key == name) return value;
  }
  return {};
}

// --- JSON lines, CSV

std::string json_line(const Line& line) {
  Json out = {{"position", line.position},
              {"leaf_hash", to_base64(line.leaf_hash)},
              {"instant", to_rfc3339(line.instant)},
              {"kind", line.kind}};
  for (const auto& [name, value] : line.fields) out[name] = value;
  out["sentence"] = line.sentence;
  return out.dump() + "\n";
}

// RFC 4180; a leading `=`, `+`, `-` or `@` would be a formula to a spreadsheet.
std::string cell(const std::string& text) {
  std::string out = "\"";
  if (!text.empty() && std::string_view("=+-@").find(text[0]) != std::string_view::npos) out += "'";
  for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
  return out + "\"";
}

std::string csv_head() {
  std::string out = "position,leaf_hash,instant,kind";
  for (const std::string_view column : kColumns) out.append(",").append(column);
  return out + ",sentence\r\n";
}

std::string csv_line(const Line& line) {
  std::string out = std::to_string(line.position) + "," + to_base64(line.leaf_hash) + "," +
                    to_rfc3339(line.instant) + "," + cell(line.kind);
  for (const std::string_view column : kColumns) out += "," + cell(field(line, column));
  return out + "," + cell(line.sentence) + "\r\n";
}

// --- FHIR R4 AuditEvent. A delivery is IHE BALP's PrivacyDisclosure.Source: Export, two agents.

Json coding(std::string_view system, std::string_view code, std::string_view display) {
  return {{"system", system}, {"code", code}, {"display", display}};
}

struct EventType {
  std::string_view code;  // of DICOM's audit events
  std::string_view display;
  std::string_view action;  // C, R, U, D, E
};

EventType event_type(EntryKind kind) {
  switch (kind) {
    case EntryKind::kDelivery:
      return {"110106", "Export", "R"};
    case EntryKind::kSubmission:
    case EntryKind::kReceipt:
    case EntryKind::kRejection:
      return {"110107", "Import", "C"};
    case EntryKind::kAccess:
      return {"110101", "Audit Log Used", "R"};
    case EntryKind::kRefusedFrame:
    case EntryKind::kAlarm:
    case EntryKind::kQuestion:
      return {"110113", "Security Alert", "E"};
    case EntryKind::kServiceProfile:
    case EntryKind::kGenesis:
    case EntryKind::kHeartbeat:
    case EntryKind::kRecovery:
    case EntryKind::kClock:
    case EntryKind::kCapacity:
    case EntryKind::kUnmetNeed:
      return {"110100", "Application Activity", "E"};
    case EntryKind::kDirectory:
    case EntryKind::kPolicy:
    case EntryKind::kSealingCard:
    case EntryKind::kConsent:
    case EntryKind::kWithdrawal:
    case EntryKind::kExpiry:
    case EntryKind::kRecall:
    case EntryKind::kRetention:
    case EntryKind::kPruning:
    case EntryKind::kHold:
    case EntryKind::kHoldLifted:
    case EntryKind::kRequest:
    case EntryKind::kReferral:
    case EntryKind::kOnward:
    case EntryKind::kDeletion:
    case EntryKind::kException:
    case EntryKind::kExclusion:
      return {"110110", "Patient Record", "U"};
  }
  return {"110100", "Application Activity", "E"};
}

Json agent(std::string_view code, std::string_view display, const std::string& who,
           bool requestor) {
  return {{"type", {{"coding", Json::array({coding(kDicom, code, display)})}}},
          {"who", {{"identifier", {{"system", "urn:safeconduct:agency"}, {"value", who}}}}},
          {"requestor", requestor}};
}

Json agents_of(const Line& line, const std::string& origin) {
  Json out = Json::array();
  const std::string from = field(line, "from");
  const std::string to = field(line, "to");
  const std::string agency = field(line, "agency");
  if (!from.empty()) out.push_back(agent("110153", "Source Role ID", from, true));
  if (!to.empty()) out.push_back(agent("110152", "Destination Role ID", to, false));
  if (!agency.empty()) {
    Json who = agent("110150", "Application", agency, true);
    const std::string person = field(line, "operator");
    if (!person.empty()) who["altId"] = person;
    out.push_back(std::move(who));
  }
  if (out.empty()) out.push_back(agent("110150", "Application", origin, true));
  return out;
}

Json entity(std::string_view system, const std::string& value) {
  return {{"what", {{"identifier", {{"system", system}, {"value", value}}}}}};
}

bool refused(const Line& line) {
  const std::string verdict = field(line, "verdict");
  return field(line, "went_on") == "no" || (!verdict.empty() && verdict != "admitted");
}

std::string fhir_line(const Line& line, EntryKind kind, const std::string& origin) {
  const EventType type = event_type(kind);
  Json out = {{"resourceType", "AuditEvent"}, {"id", "entry-" + std::to_string(line.position)}};
  if (kind == EntryKind::kDelivery) {
    out["meta"]["profile"] =
        Json::array({"https://profiles.ihe.net/ITI/BALP/StructureDefinition/"
                     "IHE.BasicAudit.PrivacyDisclosure.Source"});
  }
  out["type"] = coding(kDicom, type.code, type.display);
  out["subtype"] = Json::array({coding("urn:safeconduct:entry-kind", line.kind, line.kind)});
  out["action"] = type.action;
  out["recorded"] = to_rfc3339(line.instant);
  out["outcome"] = refused(line) || kind == EntryKind::kRefusedFrame ? "4" : "0";
  out["outcomeDesc"] = line.sentence;
  if (const std::string purpose = field(line, "purpose"); !purpose.empty()) {
    out["purposeOfEvent"] = Json::array(
        {{{"coding", Json::array({coding("urn:safeconduct:purpose", purpose, purpose)})}}});
  }
  out["agent"] = agents_of(line, origin);
  out["source"] = {
      {"observer", {{"identifier", {{"system", "urn:safeconduct:log"}, {"value", origin}}}}}};
  Json entities = Json::array({entity(kPositionSystem, std::to_string(line.position)),
                               entity(kLeafSystem, to_base64(line.leaf_hash))});
  if (const std::string referral = field(line, "referral"); !referral.empty()) {
    entities.push_back(entity("urn:safeconduct:referral", referral));
  }
  out["entity"] = std::move(entities);
  return out.dump() + "\n";
}

// --- OCSF 1.3.0, class API Activity

std::string ocsf_line(const Line& line, EntryKind kind, const std::string& origin) {
  constexpr int kApiActivity = 6003;
  const bool reads = kind == EntryKind::kDelivery || kind == EntryKind::kAccess;
  const int activity = reads ? 2 : 1;
  const bool failed = refused(line) || kind == EntryKind::kRefusedFrame;
  std::string who = field(line, "operator");
  if (who.empty()) who = field(line, "agency");
  if (who.empty()) who = field(line, "from");
  if (who.empty()) who = origin;
  Json unmapped = {{"position", line.position}, {"leaf_hash", to_base64(line.leaf_hash)}};
  for (const auto& [name, value] : line.fields) unmapped[name] = value;
  const Json out = {{"metadata",
                     {{"version", kOcsfVersion},
                      {"product", {{"name", "Safeconduct"}, {"vendor_name", "Safeconduct"}}},
                      {"uid", origin + "#" + std::to_string(line.position)},
                      {"log_name", origin}}},
                    {"category_uid", 6},
                    {"category_name", "Application Activity"},
                    {"class_uid", kApiActivity},
                    {"class_name", "API Activity"},
                    {"activity_id", activity},
                    {"type_uid", kApiActivity * 100 + activity},
                    {"severity_id", failed ? 2 : 1},
                    {"time", line.instant.ms},
                    {"status_id", failed ? 2 : 1},
                    {"message", line.sentence},
                    {"actor", {{"user", {{"uid", who}}}}},
                    {"api", {{"operation", line.kind}, {"service", {{"name", origin}}}}},
                    {"src_endpoint", {{"name", who}}},
                    {"unmapped", unmapped}};
  return out.dump() + "\n";
}

}  // namespace

std::optional<ViewForm> view_form_named(std::string_view word) {
  if (word == "jsonl") return ViewForm::kJsonLines;
  if (word == "csv") return ViewForm::kCsv;
  if (word == "fhir") return ViewForm::kFhir;
  if (word == "ocsf") return ViewForm::kOcsf;
  return std::nullopt;
}

Result<std::string> view_of_log(const EntrySource& source, ViewForm form,
                                const std::string& origin) {
  std::string out = form == ViewForm::kCsv ? csv_head() : "";
  TRY_OK(source.for_each([&](std::uint64_t, const Result<Bytes>& record) {
    if (!record) return true;
    const auto leaf = ledger::leaf_of_record(*record);
    const auto entry = ledger::decode_record(*record);
    if (!leaf || !entry) return true;
    const Line line = line_of(*entry, seal::leaf_hash(*leaf));
    switch (form) {
      case ViewForm::kJsonLines:
        out += json_line(line);
        break;
      case ViewForm::kCsv:
        out += csv_line(line);
        break;
      case ViewForm::kFhir:
        out += fhir_line(line, entry->leaf.kind, origin);
        break;
      case ViewForm::kOcsf:
        out += ocsf_line(line, entry->leaf.kind, origin);
        break;
    }
    return true;
  }));
  return out;
}

}  // namespace safeconduct::audit
