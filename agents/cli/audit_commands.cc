// `safeconduct audit`: what an auditor asks of a log, from a copy of the store or an export.
#include <memory>

#include "agents/cli/commands.h"
#include "agents/cli/table.h"
#include "broker/audit/export.h"
#include "broker/audit/replay.h"
#include "broker/audit/show.h"
#include "broker/audit/verify.h"
#include "schemas/io/file.h"

namespace safeconduct::cli {
namespace {

struct AuditOptions {
  std::string path;
  std::string trust;
  std::string entry;
  std::string message;
  std::string out;
};

using Source = std::unique_ptr<audit::EntrySource>;

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

// --- verify

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
           {"entries", report.entries},
           {"parts", report.parts},
           {"parts_not_here", report.absent_parts},
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
  out += std::to_string(report.parts) + " parts are those that the entries commit to";
  out += report.absent_parts == 0 ? ".\n"
                                  : "; " + std::to_string(report.absent_parts) +
                                        " are not here (pruned, or not given).\n";
  return out;
}

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

Result<Answer> run_verify(const AuditOptions& options, const Style& style) {
  TRY(trust, read_trust(options.trust));
  const auto source = audit::open_source(options.path);
  if (!source) return cannot_read(source.error());
  const auto report = audit::verify(**source, trust);
  return report ? verified(*report, style) : cannot_read(report.error());
}

// --- replay

Answer replayed(const audit::ReplayReport& report, const Style& style) {
  Answer answer;
  answer.document = {{"replayed", report.good()},       {"entries", report.entries},
                     {"recomputed", report.recomputed}, {"observed", report.observed},
                     {"pruned", report.pruned},         {"signatures", report.signatures}};
  if (!report.good()) {
    answer.document["divergence"] = to_json(*report.divergence);
    answer.complaint = "replay comes to another log, first " + in_words(*report.divergence);
    answer.exit = kExitWrong;
    return answer;
  }
  answer.text = style.good("replayed") + "  " + std::to_string(report.recomputed) + " of " +
                std::to_string(report.entries) +
                " entries recomputed by the rules in force at their moment, byte for byte the "
                "same.\n" +
                std::to_string(report.signatures) + " signed documents verified again, " +
                std::to_string(report.observed) + " entries state observed facts";
  answer.text += report.pruned == 0 ? ".\n"
                                    : ", " + std::to_string(report.pruned) +
                                          " were pruned and cannot be recomputed.\n";
  return answer;
}

// A replay of something that nobody signed would prove nothing: the log is verified first.
Result<Answer> run_replay(const AuditOptions& options, const Style& style) {
  TRY(trust, read_trust(options.trust));
  const auto source = audit::open_source(options.path);
  if (!source) return cannot_read(source.error());
  const auto report = audit::verify(**source, trust);
  if (!report) return cannot_read(report.error());
  if (!report->good()) return verified(*report, style);
  const auto replay = audit::replay(**source);
  return replay ? replayed(*replay, style) : cannot_read(replay.error());
}

// --- show

Json document_of(const audit::Shown& shown) {
  Json facts = Json::object();
  for (const auto& [name, value] : shown.facts) facts[name] = value;
  return {{"position", shown.position},
          {"instant", to_rfc3339(shown.instant)},
          {"kind", shown.kind},
          {"sentence", shown.sentence},
          {"facts", std::move(facts)}};
}

std::string text_of_entry(const audit::Shown& shown, const Style& style) {
  std::string out = style.strong(std::to_string(shown.position)) + "  " +
                    style.faint(to_rfc3339(shown.instant)) + "  " + shown.kind + "\n    " +
                    printable(shown.sentence) + "\n";
  for (const auto& [name, value] : shown.facts) {
    out += "    " + style.faint(name + ":") + " " + printable(value) + "\n";
  }
  return out;
}

Result<Answer> show_one(const audit::EntrySource& source, const std::string& entry,
                        const Style& style) {
  if (entry.empty() || entry.find_first_not_of("0123456789") != std::string::npos ||
      entry.size() > 18) {
    return invalid("`" + entry + "` is no position; name a number, from 0");
  }
  TRY(shown, audit::show_entry(source, std::stoull(entry)));
  return Answer{text_of_entry(shown, style), document_of(shown), "", 0};
}

Result<Answer> show_life(const audit::EntrySource& source, const std::string& text,
                         const Style& style) {
  const auto message = MessageId::parse(text);
  if (!message) return invalid("`" + text + "` is no message id; it has 32 hex digits");
  TRY(entries, audit::show_message(source, *message));
  Answer answer;
  answer.document = {{"message", text}, {"entries", Json::array()}};
  for (const audit::Shown& shown : entries) {
    answer.text += text_of_entry(shown, style);
    answer.document["entries"].push_back(document_of(shown));
  }
  return answer;
}

Result<Answer> run_show(const AuditOptions& options, const Style& style) {
  if (options.entry.empty() == options.message.empty()) {
    return invalid("name what to show: `--entry POSITION` or `--message ID`");
  }
  TRY(trust, read_trust(options.trust));
  const auto source = audit::open_source(options.path);
  if (!source) return cannot_read(source.error());
  TRY(note, (*source)->checkpoint());
  if (const auto trusted = trust.open(note); !trusted) return found_wrong(trusted.error());
  return options.entry.empty() ? show_life(**source, options.message, style)
                               : show_one(**source, options.entry, style);
}

// --- export

Result<Answer> run_export(const AuditOptions& options, const Style& style) {
  TRY(trust, read_trust(options.trust));
  const auto source = audit::open_source(options.path);
  if (!source) return cannot_read(source.error());
  const auto report = audit::verify(**source, trust);
  if (!report) return cannot_read(report.error());
  if (!report->good()) return verified(*report, style);
  TRY(exported, audit::export_log(**source, options.out));
  return Answer{
      style.good("exported") + "  " + std::to_string(exported.entries) + " entries in " +
          std::to_string(exported.files) + " files to " + options.out +
          "; check the copy with `safeconduct audit verify " + options.out + " --trust " +
          options.trust + "`\n",
      {{"exported", options.out}, {"entries", exported.entries}, {"files", exported.files}},
      "",
      0};
}

using Run = Result<Answer> (*)(const AuditOptions&, const Style&);

std::pair<CLI::App*, std::shared_ptr<AuditOptions>> add(CommandLine& line, CLI::App& group,
                                                        const std::string& name,
                                                        const std::string& description,
                                                        const std::string& more, Run run) {
  auto options = std::make_shared<AuditOptions>();
  CLI::App& command =
      line.command(group, name, description,
                   "safeconduct audit " + name + " demo/broker/store --trust demo/trust" + more,
                   [options, run](const Style& style) { return run(*options, style); });
  command.add_option("PATH", options->path, "The broker's store, a copy of it, or an export")
      ->required();
  command.add_option("--trust", options->trust, "The trust file: whose logs and witnesses count")
      ->required();
  return {&command, options};
}

}  // namespace

void add_audit_commands(CommandLine& line) {
  CLI::App& group = line.group("audit", "Verify, replay, show and export a log, offline");
  add(line, group, "verify", "Whether the log is whole and signed", "", run_verify);
  add(line, group, "replay", "Recompute every decision and compare", "", run_replay);
  const auto show =
      add(line, group, "show", "One entry, or the life of one message", " --entry 7", run_show);
  show.first->add_option("--entry", show.second->entry, "A position in the log, from 0");
  show.first->add_option("--message", show.second->message, "A message id, 32 hex digits");
  const auto out = add(line, group, "export", "Write the log as plain files (C2SP tlog-tiles)",
                       " --out log-export", run_export);
  out.first->add_option("--out", out.second->out, "The folder to write; it must not exist")
      ->required();
}

}  // namespace safeconduct::cli
