#include "broker/audit/show.h"

#include "broker/audit/sentences.h"
#include "broker/core/words.h"

namespace safeconduct::audit {
namespace {

using ledger::EntryKind;
using ledger::PartKind;

std::string list_of(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
  return out;
}

std::string list_of(const std::vector<std::uint64_t>& positions) {
  std::vector<std::string> words;
  for (const std::uint64_t position : positions) words.push_back(std::to_string(position));
  return list_of(words);
}

class Facts {
 public:
  explicit Facts(Shown& shown) : shown_(shown) {}
  void add(std::string name, std::string value) {
    if (!value.empty()) shown_.facts.emplace_back(std::move(name), std::move(value));
  }
  void add_in_force(const wire::InForce& in_force) {
    const auto place = [](std::uint64_t at) {
      return at == wire::InForce::kNone ? std::string("none") : std::to_string(at);
    };
    add("directory", place(in_force.directory));
    add("policy", place(in_force.policy));
    add("consent", list_of(in_force.consent));
  }

 private:
  Shown& shown_;
};

void add_parts(const ledger::Entry& entry, Facts& facts) {
  std::string here;
  std::string absent;
  for (const PartKind kind : ledger::kPartKinds) {
    std::string& list = entry.part(kind) ? here : absent;
    if (entry.has(kind)) list.append(list.empty() ? "" : " ").append(ledger::name(kind));
  }
  facts.add("parts", here);
  facts.add("parts not here", absent);
}

void add_sender(const ledger::Entry& entry, Facts& facts) {
  const auto sender = sender_of(entry);
  if (!sender) return;
  facts.add("verdict", core::verdict_words(sender->verdict));
  facts.add("kept", core::slot_words(sender->kept));
  facts.add("rules", list_of(sender->rules));
  std::string reasons;
  for (std::size_t i = 0; i < wire::kCategories; ++i) {
    if (sender->outcome.reason[i] == 0) continue;
    const std::uint64_t slot = std::uint64_t{1} << (2 * i);
    const std::string category = core::slot_words(slot);
    reasons += reasons.empty() ? "" : ", ";
    reasons += category.substr(0, category.find(' ')) + " " +
               core::verdict_words(sender->outcome.reason[i]);
  }
  facts.add("withheld", reasons);
}

void add_restricted(const ledger::Entry& entry, Facts& facts) {
  const auto& part = entry.part(PartKind::kRestricted);
  if (!part) return;
  if (entry.leaf.kind == EntryKind::kSubmission) {
    const auto submission = wire::decode_restricted_submission(part->bytes);
    if (!submission) return;
    facts.add("offered", core::slot_words(submission->facts.offered));
    facts.add("sealed bytes", std::to_string(submission->facts.sealed_bytes));
    facts.add_in_force(submission->in_force);
  }
  if (entry.leaf.kind == EntryKind::kDelivery) {
    const auto delivery = wire::decode_restricted_delivery(part->bytes);
    if (!delivery) return;
    facts.add("submission", std::to_string(delivery->submission));
    facts.add_in_force(delivery->in_force);
  }
}

Shown shown_of(const ledger::Entry& entry) {
  Shown out;
  out.position = entry.leaf.position.value;
  out.instant = entry.leaf.instant;
  out.kind = ledger::name(entry.leaf.kind);
  out.sentence = sentence(entry);
  Facts facts(out);
  if (const auto routing = routing_of(entry)) facts.add("referral", routing->referral.text());
  add_sender(entry, facts);
  add_restricted(entry, facts);
  if (const auto told = recipient_of(entry)) {
    facts.add("recipient is told", told->stop ? "stop" : core::slot_words(told->kept));
    facts.add("content ends", to_rfc3339(told->content_end));
  }
  add_parts(entry, facts);
  return out;
}

}  // namespace

Result<Shown> show_entry(const EntrySource& source, std::uint64_t position) {
  std::optional<Result<Shown>> found;
  TRY_OK(source.for_each([&](std::uint64_t place, const Result<Bytes>& record) {
    if (place < position) return true;
    if (place > position) return false;
    const auto entry =
        record ? ledger::decode_record(*record) : Result<ledger::Entry>(record.error());
    found.emplace(entry ? Result<Shown>(shown_of(*entry)) : Result<Shown>(entry.error()));
    return false;
  }));
  if (!found) return not_found("the log has no entry `" + std::to_string(position) + "`");
  return std::move(*found);
}

Result<std::vector<Shown>> show_message(const EntrySource& source, const MessageId& message) {
  std::vector<Shown> out;
  TRY_OK(source.for_each([&](std::uint64_t, const Result<Bytes>& record) {
    const auto entry =
        record ? ledger::decode_record(*record) : Result<ledger::Entry>(record.error());
    if (entry && message_of(*entry) == message) out.push_back(shown_of(*entry));
    return true;
  }));
  if (out.empty()) return not_found("the log knows no message `" + message.text() + "`");
  return out;
}

}  // namespace safeconduct::audit
