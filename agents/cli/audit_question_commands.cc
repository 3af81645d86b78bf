// `safeconduct audit timeline|received|without-consent|break-glass|refusals|access|disclosures|
// in-force|view`: what is asked of a log, each answer with the entries that it rests on.
#include <map>
#include <memory>

#include "agents/cli/audit_source.h"
#include "agents/cli/commands.h"
#include "agents/cli/table.h"
#include "broker/audit/questions.h"
#include "broker/audit/source_nodes.h"
#include "broker/audit/views.h"
#include "schemas/io/file.h"
#include "schemas/ledger/proof_text.h"

namespace safeconduct::cli {
namespace {

struct Question {
  std::string path;
  std::string trust;
  std::string subject;
  std::string proofs;
  std::string form;
  std::string out;
};
using Ask = Result<audit::Told> (*)(const audit::EntrySource&, const Question&, const Clock&);

Json json_of(const audit::Line& line) {
  Json fields = Json::object();
  for (const auto& [name, value] : line.fields) fields[name] = value;
  return {{"position", line.position},           {"leaf_hash", to_base64(line.leaf_hash)},
          {"instant", to_rfc3339(line.instant)}, {"kind", line.kind},
          {"sentence", line.sentence},           {"fields", std::move(fields)}};
}

Json json_of(const audit::Told& told) {
  Json totals = Json::array();
  for (const audit::Total& total : told.totals) {
    Json row = Json::object();
    for (std::size_t i = 0; i < told.headings.size(); ++i) row[told.headings[i]] = total.of[i];
    row["count"] = total.count;
    totals.push_back(std::move(row));
  }
  Json lines = Json::array();
  for (const audit::Line& line : told.lines) lines.push_back(json_of(line));
  return {{"totals", std::move(totals)}, {"entries", std::move(lines)}};
}

std::string words_of(const audit::Told& told, const Style& style) {
  std::vector<std::string> headings = told.headings;
  headings.push_back("count");
  Table table(headings);
  for (const audit::Total& total : told.totals) {
    std::vector<std::string> cells = total.of;
    cells.push_back(std::to_string(total.count));
    table.row(std::move(cells));
  }
  std::string out = table.empty() ? "" : table.text(style) + "\n";
  for (const audit::Line& line : told.lines) {
    out += style.strong(std::to_string(line.position)) + "  " +
           style.faint(to_rfc3339(line.instant)) + "  " + printable(line.sentence) + "\n";
  }
  return out.empty() ? "Nothing of that kind is in the log.\n" : out;
}

// The proof of each entry as a file that anybody can check against the signed head.
Status write_proofs(const VerifiedSource& log, const audit::Told& told, const std::string& folder,
                    Json& document) {
  TRY(note, log.source->checkpoint());
  TRY_OK(io::make_private_directory(folder));
  for (std::size_t i = 0; i < told.lines.size(); ++i) {
    const std::uint64_t position = told.lines[i].position;
    TRY(proven, audit::prove(*log.source, position, log.report.head));
    const std::string file = folder + "/" + std::to_string(position) + ".tlog-proof";
    const ledger::ProofText proof{std::nullopt, position, proven.path, note};
    TRY_OK(io::write_durably(file, view_of(ledger::to_text(proof)), 0644));
    document["entries"][i]["proof"] = file;
  }
  return {};
}

Result<Answer> answer_to(const Question& question, Ask ask, const Clock& clock,
                         const Style& style) {
  TRY(log, open_verified(question.path, question.trust, style));
  if (log.refused) return std::move(*log.refused);
  TRY(told, ask(*log.source, question, clock));
  Answer answer;
  answer.document = json_of(told);
  answer.document["log"] = log.report.origin;
  answer.document["size"] = log.report.head.size;
  if (!question.proofs.empty()) {
    TRY_OK(write_proofs(log, told, question.proofs, answer.document));
  }
  answer.text = words_of(told, style);
  answer.text += style.faint("From the " + std::to_string(log.report.head.size) + " entries of " +
                             printable(log.report.origin) + ", verified.") +
                 "\n";
  return answer;
}

Result<Answer> view(const Question& question, const Style& style) {
  const auto form = audit::view_form_named(question.form);
  if (!form) {
    return invalid("`" + question.form + "` is no view; write jsonl, csv, fhir or ocsf");
  }
  TRY(log, open_verified(question.path, question.trust, style));
  if (log.refused) return std::move(*log.refused);
  TRY(text, audit::view_of_log(*log.source, *form, log.report.origin));
  Answer answer;
  answer.document = {{"form", question.form}, {"entries", log.report.entries}};
  if (question.out.empty()) {
    answer.text = std::move(text);
    answer.document["text"] = answer.text;
  } else {
    TRY_OK(io::write_new(question.out, view_of(text), 0600));
    answer.document["out"] = question.out;
    answer.text = style.good("written") + "  " + std::to_string(log.report.entries) +
                  " entries to " + question.out +
                  "; each line names its entry and the hash of its leaf\n";
  }
  return answer;
}

class Asker {
 public:
  Asker(CommandLine& line, CLI::App& group, const Clock& clock)
      : line_(line), group_(group), clock_(clock) {}

  // `subject`: the option that the question is about, or nothing.
  void add(const std::string& name, const std::string& description, const std::string& subject,
           const std::string& example, Ask ask) {
    auto question = std::make_shared<Question>();
    CLI::App& command =
        line_.command(group_, name, description,
                      "safeconduct audit " + name + " demo/broker/store --trust demo/trust" +
                          (subject.empty() ? "" : " " + subject + " " + example),
                      [question, ask, &clock = clock_](const Style& style) {
                        return answer_to(*question, ask, clock, style);
                      });
    basics(command, *question);
    command.add_option("--proofs", question->proofs, "A folder for the proof of each entry named");
    if (subject.empty()) return;
    command.add_option(subject, question->subject, "What is asked about")->required();
  }

  void add_view() {
    auto question = std::make_shared<Question>();
    CLI::App& command = line_.command(
        group_, "view", "Write the entries for other programs: jsonl, csv, fhir, ocsf",
        "safeconduct audit view demo/broker/store --trust demo/trust --as csv --out log.csv",
        [question](const Style& style) { return view(*question, style); });
    basics(command, *question);
    command.add_option("--as", question->form, "jsonl, csv, fhir (R4 AuditEvent), ocsf (1.3.0)")
        ->required();
    command.add_option("--out", question->out, "The file to write; it must not exist");
  }

 private:
  static void basics(CLI::App& command, Question& question) {
    command.add_option("PATH", question.path, "The broker's store, a copy of it, or an export")
        ->required();
    command.add_option("--trust", question.trust, "The trust file")->required();
  }
  CommandLine& line_;
  CLI::App& group_;
  const Clock& clock_;
};

}  // namespace

void add_audit_questions(CommandLine& line, CLI::App& group, const Clock& clock) {
  using audit::EntrySource;
  Asker asker(line, group, clock);
  asker.add("timeline", "Everything about one referral, in order", "--referral", "ID",
            [](const EntrySource& s, const Question& q, const Clock&) -> Result<audit::Told> {
              TRY(referral, ReferralId::parse(q.subject));
              return audit::timeline(s, referral);
            });
  asker.add("received", "What an agency was given, by purpose and category", "--agency", "haven",
            [](const EntrySource& s, const Question& q, const Clock&) -> Result<audit::Told> {
              TRY(agency, AgencyId::parse(q.subject));
              return audit::received_by(s, agency);
            });
  asker.add("without-consent", "What was given on another ground than consent", "", "",
            [](const EntrySource& s, const Question&, const Clock&) {
              return audit::without_consent(s);
            });
  asker.add(
      "break-glass", "Every use of break-glass", "", "",
      [](const EntrySource& s, const Question&, const Clock&) { return audit::break_glass(s); });
  asker.add("refusals", "What was refused, by reason", "", "",
            [](const EntrySource& s, const Question&, const Clock&) { return audit::refusals(s); });
  asker.add(
      "access", "Who looked and who acted", "", "",
      [](const EntrySource& s, const Question&, const Clock&) { return audit::who_looked(s); });
  asker.add("disclosures", "To whom what went, in plain words (three years)", "--referral", "ID",
            [](const EntrySource& s, const Question& q, const Clock& c) -> Result<audit::Told> {
              TRY(referral, ReferralId::parse(q.subject));
              return audit::disclosures(s, referral, c.now());
            });
  asker.add("in-force", "Directory, policy and keys as they were at a time", "--at", "2026-11-24",
            [](const EntrySource& s, const Question& q, const Clock&) -> Result<audit::Told> {
              TRY(at, instant_named(q.subject));
              return audit::in_force_at(s, at);
            });
  asker.add_view();
}

}  // namespace safeconduct::cli
