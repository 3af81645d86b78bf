// `safeconduct audit`: what an auditor asks of a log, from a copy of the store or an export.
#include <unistd.h>

#include <iostream>
#include <memory>

#include "agents/cli/audit_source.h"
#include "agents/cli/commands.h"
#include "agents/cli/progress_bar.h"
#include "agents/cli/table.h"
#include "broker/audit/export.h"
#include "broker/audit/partial.h"
#include "broker/audit/replay.h"
#include "broker/audit/show.h"
#include "schemas/io/file.h"
#include "schemas/seal/timestamp.h"

namespace safeconduct::cli {
namespace {

constexpr std::size_t kTimestampBytesMax = 64 * 1024;

struct AuditOptions {
  std::string path;
  std::string trust;
  std::string entry;
  std::string message;
  std::string out;
  std::string referral;
  std::string agency;
  std::string from;
  std::string until;
  std::string tsa;
  std::vector<std::string> heads;
};

// --- verify

Answer partly_verified(const audit::PartialReport& report, const Style& style) {
  Answer answer;
  Json findings = Json::array();
  for (const audit::Finding& finding : report.findings) findings.push_back(to_json(finding));
  answer.document = {{"verified", report.good()},
                     {"partial", true},
                     {"log", report.origin},
                     {"size", report.head.size},
                     {"root", to_base64(report.head.root)},
                     {"cosignatures", report.cosignatures},
                     {"entries", report.entries},
                     {"parts", report.parts},
                     {"findings", std::move(findings)}};
  if (report.good()) {
    answer.text = style.good("verified") + "  " + std::to_string(report.entries) +
                  " entries are in the log " + printable(report.origin) + " of " +
                  std::to_string(report.head.size) + " entries: each leads to the signed root " +
                  to_base64(report.head.root) + ".\n";
    return answer;
  }
  for (const audit::Finding& finding : report.findings) {
    answer.text += style.bad("wrong") + "  " + in_words(finding) + "\n";
  }
  if (const auto* first = audit::first_of(report.findings)) {
    if (first->position) answer.document["first_bad"] = *first->position;
    answer.complaint = "the export is not what was signed, first " + in_words(*first);
  }
  answer.exit = kExitWrong;
  return answer;
}

// What a time-stamping authority says of the checkpoint, when it was attached.
Status add_timestamp(const AuditOptions& options, Answer& answer, const Style& style) {
  const auto token = io::read_file(options.path + "/checkpoint.tsr", kTimestampBytesMax);
  if (!token) {
    if (options.tsa.empty()) return {};
    return not_found("no time stamp is attached; put the authority's answer at `" + options.path +
                     "/checkpoint.tsr`");
  }
  if (options.tsa.empty()) {
    answer.document["timestamp"] = "not checked";
    answer.text +=
        "A time stamp is attached; name the authority's certificate with --tsa to "
        "check it.\n";
    return {};
  }
  TRY(checkpoint, io::read_file(options.path + "/checkpoint", ledger::kNoteBytesMax));
  const auto stamp = seal::check_timestamp(*token, checkpoint, options.tsa);
  if (!stamp) {
    answer.document["timestamp"] = stamp.error().message;
    answer.text += style.bad("wrong") + "  " + stamp.error().message + "\n";
    answer.complaint = stamp.error().message;
    answer.exit = kExitWrong;
    return {};
  }
  answer.document["timestamp"] = to_rfc3339(*stamp);
  answer.text += "The checkpoint existed at " + to_rfc3339(*stamp) +
                 ": a time-stamping authority signed it (RFC 3161).\n";
  return {};
}

std::unique_ptr<ProgressBar> bar(const std::string& what) {
  return ::isatty(STDERR_FILENO) == 1 ? std::make_unique<ProgressBar>(what, std::cerr) : nullptr;
}

Result<Answer> run_verify(const AuditOptions& options, const Style& style) {
  TRY(trust, read_trust(options.trust));
  if (audit::is_partial(options.path)) {
    const auto partial = audit::verify_partial(options.path, trust);
    return partial ? partly_verified(*partial, style) : cannot_read(partial.error());
  }
  const auto source = audit::open_source(options.path);
  if (!source) return cannot_read(source.error());
  audit::VerifyOptions kept;
  for (const std::string& path : options.heads) {
    TRY(note, io::read_file(path, ledger::kNoteBytesMax));
    kept.kept_heads.push_back({"kept in `" + path + "`,", std::string(text_of(note))});
  }
  const auto progress = bar("verify");
  kept.progress = progress.get();
  const auto report = audit::verify(**source, trust, kept);
  if (!report) return cannot_read(report.error());
  Answer answer = verified(*report, style);
  if (report->good()) TRY_OK(add_timestamp(options, answer, style));
  return answer;
}

// --- replay

std::string list_of(const std::vector<std::uint64_t>& positions) {
  if (positions.empty()) return " no entry of this log";
  std::string out = positions.size() == 1 ? " entry" : " entries";
  for (const std::uint64_t at : positions) out += " " + std::to_string(at);
  return out;
}

Answer replayed(const audit::ReplayReport& report, const Style& style) {
  Answer answer;
  answer.document = {{"replayed", report.good()},       {"entries", report.entries},
                     {"recomputed", report.recomputed}, {"observed", report.observed},
                     {"pruned", report.pruned},         {"signatures", report.signatures},
                     {"pruned_by", report.pruned_by}};
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
  answer.text += report.pruned == 0
                     ? ".\n"
                     : ", " + std::to_string(report.pruned) + " were pruned by" +
                           list_of(report.pruned_by) + " and cannot be recomputed.\n";
  return answer;
}

// A replay of something that nobody signed would prove nothing: the log is verified first.
Result<Answer> run_replay(const AuditOptions& options, const Style& style) {
  TRY(trust, read_trust(options.trust));
  const auto source = audit::open_source(options.path);
  if (!source) return cannot_read(source.error());
  audit::VerifyOptions first;
  auto progress = bar("verify");
  first.progress = progress.get();
  const auto report = audit::verify(**source, trust, first);
  if (!report) return cannot_read(report.error());
  if (!report->good()) return verified(*report, style);
  progress = bar("replay");
  const auto replay = audit::replay(**source, progress.get());
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

Result<audit::Selection> selection_of(const AuditOptions& options) {
  audit::Selection out;
  if (!options.referral.empty()) {
    TRY(referral, ReferralId::parse(options.referral));
    out.referral = referral;
  }
  if (!options.agency.empty()) {
    TRY(agency, AgencyId::parse(options.agency));
    out.agency = std::move(agency);
  }
  if (!options.from.empty()) {
    TRY(from, instant_named(options.from));
    out.from = from;
  }
  if (!options.until.empty()) {
    TRY(until, instant_named(options.until));
    out.until = until;
  }
  return out;
}

Result<Answer> export_part(const AuditOptions& options, const audit::Selection& selection,
                           const Style& style) {
  TRY(trust, read_trust(options.trust));
  TRY(opened, open_verified(options.path, options.trust, style));
  if (opened.refused) return std::move(*opened.refused);
  TRY(report, audit::export_partial(*opened.source, trust, selection, options.out));
  return Answer{style.good("exported") + "  " + std::to_string(report.entries) +
                    " entries, each with its proof, to " + options.out +
                    "; check the copy with `safeconduct audit verify " + options.out + " --trust " +
                    options.trust + "`\n",
                {{"exported", options.out}, {"entries", report.entries}, {"partial", true}},
                "",
                0};
}

Result<Answer> run_export(const AuditOptions& options, const Style& style) {
  TRY(selection, selection_of(options));
  if (!selection.everything()) return export_part(options, selection, style);
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

void add_audit_commands(CommandLine& line, const Clock& clock) {
  CLI::App& group = line.group("audit", "Verify, replay, show and export a log, offline");
  const auto check =
      add(line, group, "verify", "Whether the log is whole and signed", "", run_verify);
  check.first->add_option("--head", check.second->heads,
                          "A checkpoint that you kept from earlier; an older copy is found by it");
  check.first->add_option("--tsa", check.second->tsa,
                          "Certificates (PEM) of the authority that stamped checkpoint.tsr");
  add(line, group, "replay", "Recompute every decision and compare", "", run_replay);
  const auto show =
      add(line, group, "show", "One entry, or the life of one message", " --entry 7", run_show);
  show.first->add_option("--entry", show.second->entry, "A position in the log, from 0");
  show.first->add_option("--message", show.second->message, "A message id, 32 hex digits");
  const auto out = add(line, group, "export", "Write the log as plain files (C2SP tlog-tiles)",
                       " --out log-export", run_export);
  out.first->add_option("--out", out.second->out, "The folder to write; it must not exist")
      ->required();
  out.first->add_option("--referral", out.second->referral, "Only this referral, with proofs");
  out.first->add_option("--agency", out.second->agency, "Only what concerns this agency");
  out.first->add_option("--from", out.second->from, "Only from this day or instant on");
  out.first->add_option("--until", out.second->until, "Only before this day or instant");
  add_audit_questions(line, group, clock);
}

}  // namespace safeconduct::cli
