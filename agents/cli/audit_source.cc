#include "agents/cli/audit_source.h"

#include "agents/cli/table.h"
#include "schemas/io/file.h"

namespace safeconduct::cli {

// Exit status 3, also when there is nothing at the path: what cannot be read was not checked.
Answer cannot_read(const Error& error) {
  const bool damaged = error.code == ErrorCode::kCorrupt;
  return {"", to_json(error), error.message, damaged ? kExitWrong : kExitSystem};
}

Result<ledger::TrustPolicy> read_trust(const std::string& path) {
  TRY(bytes, io::read_file(path, ledger::kTrustBytesMax));
  return ledger::TrustPolicy::parse(text_of(bytes));
}

Json to_json(const audit::Finding& finding) {
  Json out;
  if (finding.position) out["position"] = *finding.position;
  out["what"] = finding.sentence;
  return out;
}

std::string in_words(const audit::Finding& finding) {
  const std::string where =
      finding.position ? "at entry " + std::to_string(*finding.position) + ": " : "";
  return where + printable(finding.sentence);
}

namespace {

Json document_of(const audit::VerifyReport& report) {
  Json kinds = Json::object();
  for (const auto& [kind, count] : report.kinds) kinds[std::string(ledger::name(kind))] = count;
  Json findings = Json::array();
  for (const audit::Finding& finding : report.findings) findings.push_back(to_json(finding));
  Json out{{"verified", report.good()},
           {"log", report.origin},
           {"size", report.head.size},
           {"root", to_base64(report.head.root)},
           {"cosignatures", report.cosignatures},
           {"cosigned_size", report.cosigned_size},
           {"heads_met", report.heads},
           {"entries", report.entries},
           {"parts", report.parts},
           {"parts_not_here", report.absent_parts},
           {"parts_pruned", report.pruned_parts},
           {"pruned_by", report.pruned_by},
           {"kinds", std::move(kinds)},
           {"findings", std::move(findings)}};
  if (const audit::Finding* first = audit::first_of(report.findings)) {
    if (first->position) out["first_bad"] = *first->position;
  }
  return out;
}

std::string whole_words(const audit::VerifyReport& report) {
  std::string out = "The log " + printable(report.origin) +
                    " is whole: " + std::to_string(report.entries) + " entries from " +
                    to_rfc3339(report.first) + " to " + to_rfc3339(report.last) + ".\n";
  out += "They lead to the signed root " + to_base64(report.head.root) + ".\n";
  if (report.cosignatures > 0) {
    out += std::to_string(report.cosignatures) + " witnesses cosigned the first " +
           std::to_string(report.cosigned_size) + " of them.\n";
  }
  out += std::to_string(report.parts) + " parts are those that the entries commit to";
  out += report.absent_parts == report.pruned_parts
             ? ".\n"
             : "; " + std::to_string(report.absent_parts - report.pruned_parts) +
                   " are not here: not given to you, or destroyed without an entry.\n";
  if (report.pruned_parts > 0) {
    out += std::to_string(report.pruned_parts) + " parts were pruned by entr" +
           (report.pruned_by.size() == 1 ? "y" : "ies");
    for (const std::uint64_t at : report.pruned_by) out += " " + std::to_string(at);
    out += ".\n";
  }
  return out;
}

}  // namespace

Answer verified(const audit::VerifyReport& report, const Style& style) {
  Answer answer;
  answer.document = document_of(report);
  if (report.good()) {
    answer.text = style.good("verified") + "  " + whole_words(report);
    return answer;
  }
  for (const audit::Finding& finding : report.findings) {
    answer.text += style.bad("wrong") + "  " + in_words(finding) + "\n";
  }
  answer.complaint =
      "the log is not what was signed, first " + in_words(*audit::first_of(report.findings));
  answer.exit = kExitWrong;
  return answer;
}

Result<VerifiedSource> open_verified(const std::string& path, const std::string& trust,
                                     const Style& style) {
  TRY(policy, read_trust(trust));
  VerifiedSource out;
  auto source = audit::open_source(path);
  if (!source) {
    out.refused = cannot_read(source.error());
    return out;
  }
  auto report = audit::verify(**source, policy);
  if (!report) {
    out.refused = cannot_read(report.error());
    return out;
  }
  if (!report->good()) out.refused = verified(*report, style);
  out.source = std::move(*source);
  out.report = std::move(*report);
  return out;
}

Result<Instant> instant_named(const std::string& text) {
  if (const auto date = parse_date(text)) return start_of(*date);
  return parse_rfc3339(text);
}

}  // namespace safeconduct::cli
