#include "broker/audit/questions.h"

#include <map>

#include "broker/audit/sentences.h"
#include "broker/core/words.h"
#include "schemas/ledger/note.h"
#include "schemas/seal/merkle.h"
#include "schemas/wire/directory.h"

namespace safeconduct::audit {
namespace {

using ledger::EntryKind;

constexpr Duration kDisclosuresKept = days(3 * 365 + 1);  // 42 CFR 2.24: three years
constexpr std::string_view kConsentWord = "consent";
constexpr std::string_view kBreakGlassWord = "break_glass";

// Shows each entry that can be read; what cannot, `verify` names.
template <class Show>
Status each_entry(const EntrySource& source, const Show& show) {
  return source.for_each([&](std::uint64_t, const Result<Bytes>& record) {
    if (!record) return true;
    const auto leaf = ledger::leaf_of_record(*record);
    const auto entry = ledger::decode_record(*record);
    if (leaf && entry) show(*entry, seal::leaf_hash(*leaf));
    return true;
  });
}

class Counts {
 public:
  explicit Counts(std::vector<std::string> headings) { told_.headings = std::move(headings); }
  void add(std::vector<std::string> of, std::uint64_t count = 1) {
    counts_[std::move(of)] += count;
  }
  void line(Line line) { told_.lines.push_back(std::move(line)); }
  Told finish() {
    for (auto& [of, count] : counts_) told_.totals.push_back({of, count});
    return std::move(told_);
  }

 private:
  Told told_;
  std::map<std::vector<std::string>, std::uint64_t> counts_;
};

// `needs full, health generalised` -> {needs, full}, {health, generalised}.
std::vector<std::pair<std::string, std::string>> categories_of(std::uint64_t slots) {
  std::vector<std::pair<std::string, std::string>> out;
  std::string rest = core::slot_words(slots);
  while (!rest.empty() && rest != "nothing") {
    const std::size_t comma = std::min(rest.find(", "), rest.size());
    const std::string one = rest.substr(0, comma);
    const std::size_t space = one.rfind(' ');
    out.emplace_back(one.substr(0, space), one.substr(space + 1));
    rest.erase(0, std::min(comma + 2, rest.size()));
  }
  return out;
}

// A message that went to its recipient.
bool is_release(const ledger::Entry& entry, const std::optional<wire::RoutingPart>& routing) {
  return entry.leaf.kind == EntryKind::kDelivery && routing && routing->went_on;
}

std::uint64_t given_in(const ledger::Entry& entry) {
  if (const auto recipient = recipient_of(entry)) return recipient->kept;
  const auto sender = sender_of(entry);
  return sender ? sender->kept : 0;
}

std::string spoken(std::string word) {
  std::replace(word.begin(), word.end(), '_', ' ');
  return word;
}

std::string in_plain_words(const ledger::Entry& entry, const wire::RoutingPart& routing) {
  std::string kinds;
  for (const auto& [category, level] : categories_of(given_in(entry))) {
    kinds += (kinds.empty() ? "" : ", ") + spoken(category) +
             (level == "generalised" ? " (in general terms)" : "");
  }
  const std::string basis(core::basis_word(routing.basis));
  return "On " + to_rfc3339(entry.leaf.instant).substr(0, 10) + " " + routing.from.text() +
         " gave " + routing.to.text() + " (" +
         spoken(std::string(core::role_word(routing.to_role))) + "), for " +
         spoken(std::string(core::purpose_word(routing.purpose))) +
         ", these kinds of information: " + (kinds.empty() ? "none" : kinds) + ". Ground: " +
         (basis == kConsentWord ? "your consent" : spoken(basis) + ", without consent") + ".";
}

void add_routing(const ledger::Entry& entry, Line& line) {
  const auto routing = routing_of(entry);
  if (!routing) return;
  const auto add = [&](const char* name, std::string_view value) {
    line.fields.emplace_back(name, value);
  };
  add("referral", routing->referral.text());
  add("from", routing->from.text());
  add("to", routing->to.text());
  add("from_role", core::role_word(routing->from_role));
  add("to_role", core::role_word(routing->to_role));
  add("purpose", core::purpose_word(routing->purpose));
  add("stage", core::stage_word(routing->stage));
  add("basis", core::basis_word(routing->basis));
  add("went_on", routing->went_on ? "yes" : "no");
}

}  // namespace

Line line_of(const ledger::Entry& entry, const Digest& leaf_hash) {
  Line out;
  out.position = entry.leaf.position.value;
  out.instant = entry.leaf.instant;
  out.leaf_hash = leaf_hash;
  out.kind = ledger::name(entry.leaf.kind);
  out.sentence = sentence(entry);
  if (const auto message = message_of(entry)) out.fields.emplace_back("message", message->text());
  add_routing(entry, out);
  if (const auto sender = sender_of(entry)) {
    out.fields.emplace_back("verdict", core::verdict_words(sender->verdict));
    out.fields.emplace_back("kept", core::slot_words(sender->kept));
  }
  if (const auto action = action_of(entry)) {
    out.fields.emplace_back("agency", action->recorded_by.text());
    out.fields.emplace_back("operator", action->who);
    out.fields.emplace_back("action", wire::name(action->what));
  } else if (const auto record = recorded_of(entry)) {
    out.fields.emplace_back("agency", record->agency.text());
  }
  return out;
}

Result<Told> timeline(const EntrySource& source, const ReferralId& referral) {
  Selector selector({.referral = referral});
  Counts out({"kind"});
  TRY_OK(each_entry(source, [&](const ledger::Entry& entry, const Digest& hash) {
    if (!selector.takes(entry)) return;
    out.add({std::string(ledger::name(entry.leaf.kind))});
    out.line(line_of(entry, hash));
  }));
  return out.finish();
}

Result<Told> received_by(const EntrySource& source, const AgencyId& agency) {
  Counts out({"purpose", "category", "level"});
  TRY_OK(each_entry(source, [&](const ledger::Entry& entry, const Digest& hash) {
    const auto routing = routing_of(entry);
    if (!is_release(entry, routing) || routing->to != agency) return;
    const std::string purpose(core::purpose_word(routing->purpose));
    for (const auto& [category, level] : categories_of(given_in(entry))) {
      out.add({purpose, category, level});
    }
    out.line(line_of(entry, hash));
  }));
  return out.finish();
}

Result<Told> without_consent(const EntrySource& source) {
  Counts out({"basis", "to"});
  TRY_OK(each_entry(source, [&](const ledger::Entry& entry, const Digest& hash) {
    const auto routing = routing_of(entry);
    if (!is_release(entry, routing)) return;
    const std::string_view basis = core::basis_word(routing->basis);
    if (basis == kConsentWord) return;
    out.add({std::string(basis), routing->to.text()});
    out.line(line_of(entry, hash));
  }));
  return out.finish();
}

Result<Told> break_glass(const EntrySource& source) {
  Counts out({"step", "from", "to"});
  TRY_OK(each_entry(source, [&](const ledger::Entry& entry, const Digest& hash) {
    const auto routing = routing_of(entry);
    if (!routing || core::basis_word(routing->basis) != kBreakGlassWord) return;
    out.add({std::string(ledger::name(entry.leaf.kind)) + (routing->went_on ? "" : ", ended"),
             routing->from.text(), routing->to.text()});
    out.line(line_of(entry, hash));
  }));
  return out.finish();
}

Result<Told> refusals(const EntrySource& source) {
  Counts out({"step", "reason"});
  TRY_OK(each_entry(source, [&](const ledger::Entry& entry, const Digest& hash) {
    const std::string step(ledger::name(entry.leaf.kind));
    const auto& restricted = entry.part(ledger::PartKind::kRestricted);
    if (entry.leaf.kind == EntryKind::kRefusedFrame && restricted) {
      const auto refusal = wire::decode_restricted_refusal(restricted->bytes);
      if (!refusal) return;
      out.add({step, core::verdict_words(refusal->verdict)}, refusal->count);
      out.line(line_of(entry, hash));
      return;
    }
    const auto sender = sender_of(entry);
    if (!sender || sender->verdict == 0) return;
    out.add({step, core::verdict_words(sender->verdict)});
    out.line(line_of(entry, hash));
  }));
  return out.finish();
}

Result<Told> who_looked(const EntrySource& source) {
  Counts out({"operator", "action"});
  TRY_OK(each_entry(source, [&](const ledger::Entry& entry, const Digest& hash) {
    const auto action = action_of(entry);
    if (!action) return;
    out.add({action->who, std::string(wire::name(action->what))});
    out.line(line_of(entry, hash));
  }));
  return out.finish();
}

Result<Told> disclosures(const EntrySource& source, const ReferralId& referral, Instant now) {
  Selector selector({.referral = referral, .from = now - kDisclosuresKept});
  Counts out({"to", "kinds"});
  TRY_OK(each_entry(source, [&](const ledger::Entry& entry, const Digest& hash) {
    if (!selector.takes(entry)) return;
    const auto routing = routing_of(entry);
    if (!is_release(entry, routing)) return;
    Line line = line_of(entry, hash);
    line.sentence = in_plain_words(entry, *routing);
    out.add({routing->to.text(), core::slot_words(given_in(entry))});
    out.line(std::move(line));
  }));
  return out.finish();
}

Result<Told> in_force_at(const EntrySource& source, Instant at) {
  std::map<std::string, Line> newest;  // what a later entry of the same replaces
  TRY_OK(each_entry(source, [&](const ledger::Entry& entry, const Digest& hash) {
    if (entry.leaf.instant > at) return;
    std::string subject;
    if (entry.leaf.kind == EntryKind::kDirectory) subject = "directory";
    if (entry.leaf.kind == EntryKind::kPolicy) subject = "policy";
    if (entry.leaf.kind == EntryKind::kRetention) subject = "retention";
    if (entry.leaf.kind == EntryKind::kSealingCard) {
      const auto record = recorded_of(entry);
      if (record) subject = "sealing card of " + record->agency.text();
    }
    if (subject.empty()) return;
    Line line = line_of(entry, hash);
    const auto& part = entry.part(ledger::PartKind::kNetwork);
    if (part && entry.leaf.kind == EntryKind::kDirectory) {
      const auto note = ledger::parse_note(text_of(part->bytes));
      const auto directory =
          note ? wire::parse_directory(note->text) : Result<wire::Directory>(note.error());
      if (directory) {
        line.fields.emplace_back("version", std::to_string(directory->version));
        line.fields.emplace_back("agencies", std::to_string(directory->agencies.size()));
      }
    }
    if (part && entry.leaf.kind == EntryKind::kPolicy) {
      const std::string text(text_of(part->bytes));
      line.fields.emplace_back("title", text.substr(0, text.find('\n')));
    }
    newest.insert_or_assign(subject, std::move(line));
  }));
  Counts out({"in force"});
  for (auto& [subject, line] : newest) {
    out.add({subject}, line.position);
    out.line(std::move(line));
  }
  return out.finish();
}

}  // namespace safeconduct::audit
