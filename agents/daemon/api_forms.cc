#include "agents/daemon/api_forms.h"

#include "policies/explain.h"
#include "policies/vocabulary.h"

namespace safeconduct::agent {
namespace {

using policies::Level;

std::string_view bus_word(wire::Verdict verdict) {
  switch (verdict) {
    case wire::Verdict::kAdmitted:
      return "";
    case wire::Verdict::kWrongClock:
      return "wrong_clock";
    case wire::Verdict::kExpired:
      return "expired";
    case wire::Verdict::kUnknownWord:
      return "unknown_word";
    case wire::Verdict::kSigningKey:
      return "signing_key";
    case wire::Verdict::kSealingKey:
      return "sealing_key";
    case wire::Verdict::kSender:
      return "sender";
    case wire::Verdict::kRecipient:
      return "recipient";
    case wire::Verdict::kDirectOnly:
      return "direct_only";
    case wire::Verdict::kNoContent:
      return "no_content";
    case wire::Verdict::kPriorMessage:
      return "prior_message";
    case wire::Verdict::kSuperseded:
      return "superseded";
    case wire::Verdict::kUsedId:
      return "used_id";
    case wire::Verdict::kNoPolicy:
      return "no_policy";
    case wire::Verdict::kMalformed:
      return "malformed";
    case wire::Verdict::kRecalled:
      return "recalled";
    case wire::Verdict::kReferral:
      return "referral";
    case wire::Verdict::kException:
      return "exception";
  }
  return "unknown";
}

std::string_view rejection_word(std::uint8_t code) {
  switch (static_cast<wire::Rejection>(code)) {
    case wire::Rejection::kNone:
      return "";
    case wire::Rejection::kUnknownKey:
      return "unknown_key";
    case wire::Rejection::kBroken:
      return "broken";
    case wire::Rejection::kAbovePolicy:
      return "above_policy";
    case wire::Rejection::kForeignContent:
      return "foreign_content";
    case wire::Rejection::kNotForUs:
      return "not_for_us";
    case wire::Rejection::kStale:
      return "stale";
  }
  return "unknown";
}

// The word, or nothing for a number that this program does not know.
template <class Enum>
Json word(const std::optional<Enum>& value) {
  return value ? Json(std::string(policies::name(*value))) : Json(nullptr);
}

Json levels_of(std::uint64_t slots) {
  Json out = Json::object();
  for (std::uint8_t slot = 0; slot < policies::kSlotCount; ++slot) {
    if ((slots >> slot & 1U) == 0) continue;  // the full slot follows and takes the place
    out[std::string(policies::name(policies::slot_category(slot)))] =
        policies::name(policies::slot_level(slot));
  }
  return out;
}

Json obligations_json(const std::vector<wire::Obligation>& obligations) {
  Json out = Json::array();
  for (const wire::Obligation& o : obligations) {
    const auto duty = policies::duty_from(o.duty);
    const bool of_sender = duty && policies::duty_of(*duty) == policies::DutyOf::kSender;
    std::string says(duty ? policies::plain(*duty) : std::string_view("unknown; ask the network"));
    if (o.hours != 0) says += ", within " + policies::hours_words(o.hours);
    out.push_back({{"duty", duty ? std::string(policies::name(*duty)) : "unknown"},
                   {"hours", o.hours},
                   {"of", of_sender ? "sender" : "recipient"},
                   {"by", o.by},
                   {"says", says}});
  }
  return out;
}

Json outcome_json(const wire::CategoryOutcome& outcome) {
  Json out = Json::object();
  for (std::size_t i = 0; i < policies::kCategoryCount; ++i) {
    const policies::Category category = policies::category_at(i);
    const auto level = static_cast<Level>(std::min<std::uint8_t>(outcome.level[i], 2));
    Json entry = {{"level", policies::name(level)}};
    if (const auto reason = policies::reason_from(outcome.reason[i])) {
      entry["reason"] = policies::name(*reason);
    }
    out[std::string(policies::name(category))] = std::move(entry);
  }
  return out;
}

std::string why_queued(const Agent& agent, const Sent& sent) {
  const Desk& desk = agent.desk();
  if (!sent.current.is_zero() && agent.phase() == Phase::kServing)
    return "sent; the broker decides";
  if (agent.phase() != Phase::kServing) {
    return "waits here, safely stored, until the broker can be reached";
  }
  if (!desk.book.policy()) return "waits until a policy is in force";
  const wire::DirectoryAgency* recipient = desk.book.agency(sent.to);
  if (desk.book.policy()->direct() && (recipient == nullptr || recipient->direct.empty())) {
    return "waits until the directory says where `" + sent.to.text() +
           "` takes content directly, which the policy asks for";
  }
  if (desk.book.agency(sent.to) == nullptr) {
    return "waits: there is no agency `" + sent.to.text() + "` in the network's directory";
  }
  if (desk.book.card(sent.to, desk.now(), sent.avoid) == nullptr) {
    return "waits until `" + sent.to.text() + "` has a sealing key in force";
  }
  return "about to be sent";
}

std::string verdict_sentence(std::uint8_t verdict) {
  if (const auto reason = policies::reason_from(verdict)) {
    return std::string(policies::plain(*reason));
  }
  if (wire::known_bus_verdict(verdict)) {
    return std::string(wire::sentence(static_cast<wire::Verdict>(verdict)));
  }
  return "for a reason that this program does not know";
}

}  // namespace

std::string verdict_name(std::uint8_t verdict) {
  if (const auto reason = policies::reason_from(verdict))
    return std::string(policies::name(*reason));
  return std::string(bus_word(static_cast<wire::Verdict>(verdict)));
}

std::string sentence_of(const Agent& agent, const Sent& sent) {
  switch (sent.state) {
    case SentState::kQueued:
      return why_queued(agent, sent);
    case SentState::kSubmitted:
      return "the broker keeps it for `" + sent.to.text() + "`";
    case SentState::kDelivered:
      return "given to `" + sent.to.text() + "`, which has not signed for it yet";
    case SentState::kReceived:
      return sent.differs ? "`" + sent.to.text() +
                                "` signed for something else than the broker says it delivered; "
                                "ask an auditor"
                          : "`" + sent.to.text() + "` signed for it";
    case SentState::kRefused:
      return "refused: " + verdict_sentence(sent.verdict);
    case SentState::kRejected:
      return "the agent of `" + sent.to.text() +
             "` could not accept it: " + std::string(rejection_word(sent.rejection));
    case SentState::kExpired:
      return "ended before it was received; ask the person again and send a new one";
    case SentState::kWithdrawn:
      return "ended: " + verdict_sentence(sent.verdict);
  }
  return "";
}

Json to_json(const Agent& agent, const Sent& sent) {
  Json out = {{"message", sent.first.text()},
              {"referral", sent.referral.text()},
              {"to", sent.to.text()},
              {"role", word(policies::role_from(sent.to_role))},
              {"purpose", word(policies::purpose_from(sent.purpose))},
              {"urgency", word(policies::urgency_from(sent.urgency))},
              {"stage", word(policies::stage_from(sent.stage))},
              {"state", name(sent.state)},
              {"sentence", sentence_of(agent, sent)},
              {"queued_at", to_rfc3339(sent.queued_at)},
              {"changed_at", to_rfc3339(sent.changed_at)},
              {"content_end", to_rfc3339(sent.content_end)}};
  if (!sent.current.is_zero() && sent.current != sent.first) out["sealed_as"] = sent.current.text();
  if (!sent.consent.is_zero()) out["consent"] = sent.consent.text();
  const bool decided = sent.position != 0 || sent.verdict != 0;
  if (!decided) return out;
  out["position"] = sent.position;
  if (sent.verdict != 0) out["verdict"] = verdict_name(sent.verdict);
  if (sent.verdict == 0) out["outcome"] = outcome_json(sent.outcome);
  out["kept"] = levels_of(sent.kept);
  out["rules"] = sent.rules;
  out["obligations"] = obligations_json(sent.obligations);
  if (sent.state == SentState::kReceived) out["received"] = levels_of(sent.received_kept);
  if (sent.rejection != 0) out["rejection"] = rejection_word(sent.rejection);
  return out;
}

Json to_json(const Received& item) {
  return {{"message", item.message.text()},
          {"referral", item.referral.text()},
          {"from", item.from.text()},
          {"role", word(policies::role_from(item.from_role))},
          {"purpose", word(policies::purpose_from(item.purpose))},
          {"urgency", word(policies::urgency_from(item.urgency))},
          {"stage", word(policies::stage_from(item.stage))},
          {"received_at", to_rfc3339(item.received_at)},
          {"content_end", to_rfc3339(item.content_end)},
          {"stopped", item.stopped},
          {"ended", item.ended},
          {"categories", levels_of(item.kept)},
          {"obligations", obligations_json(item.obligations)}};
}

Json to_json(const Consent& consent) {
  const wire::ConsentRecord record = record_of(consent);
  Json out = {{"consent", consent.id.text()},
              {"version", record.version},
              {"state", name(consent.state)},
              {"given", to_rfc3339(record.given)},
              {"expires", to_rfc3339(record.expires)}};
  if (consent.position != 0) out["position"] = consent.position;
  if (!consent.reason.empty()) out["reason"] = consent.reason;
  Json purposes = Json::array();
  for (const wire::ConsentScope& scope : record.scopes) {
    Json recipients = Json::array();
    for (const AgencyId& agency : scope.recipients) recipients.push_back(agency.text());
    purposes.push_back({{"purpose", word(policies::purpose_from(scope.purpose))},
                        {"recipients", std::move(recipients)}});
  }
  out["scopes"] = std::move(purposes);
  return out;
}

Json to_json(const Known& known) {
  const wire::ReferralPart& p = known.part;
  Json out{{"referral", p.referral.text()}, {"ours", known.ours},    {"state", wire::name(p.state)},
           {"event", wire::name(p.event)},  {"from", p.from.text()}, {"to", p.to.text()}};
  if (const auto purpose = policies::purpose_from(p.purpose)) {
    out["purpose"] = policies::name(*purpose);
  }
  if (const auto urgency = policies::urgency_from(p.urgency)) {
    out["urgency"] = policies::name(*urgency);
  }
  if (p.reason != wire::DeclineReason::kNone) out["reason"] = wire::name(p.reason);
  if (!p.message.is_zero()) out["message"] = p.message.text();
  if (p.due.ms != 0) out["due"] = to_rfc3339(p.due);
  if (known.ours && !p.request.is_zero()) out["request"] = p.request.text();
  out["fhir_status"] = wire::fhir_status(p.state);
  out["fhir_business_status"] = wire::fhir_business_status(p.state, p.reason);
  out["at"] = to_rfc3339(known.at);
  out["position"] = known.position;
  return out;
}

Json status_json(Agent& agent) {
  const Desk& desk = agent.desk();
  const bool connected = agent.phase() == Phase::kReading || agent.phase() == Phase::kServing;
  Json out = {{"agency", desk.self.text()},
              {"network", desk.book.trust().network},
              {"connected", connected},
              {"serving", agent.phase() == Phase::kServing}};
  out["broker_time"] = connected ? Json(to_rfc3339(desk.now())) : Json(nullptr);
  out["directory_version"] =
      desk.book.directory() ? Json(desk.book.directory()->version) : Json(nullptr);
  out["policy"] = nullptr;
  if (const auto& policy = desk.book.policy()) {
    out["policy"] = {{"name", policy->policy().name}, {"position", desk.book.policy_position()}};
  }
  out["tree_size"] = desk.book.head().size;
  out["outbox"] = {{"queued", agent.outbox().queued()}, {"waiting", agent.outbox().waiting()}};
  out["inbox"] = agent.inbox().size();
  out["sealing_key"] = nullptr;
  if (const wire::SealingCard* card = agent.keyring().current()) {
    out["sealing_key"] = {{"counter", card->counter}, {"not_after", to_rfc3339(card->not_after)}};
  }
  out["problems"] = Json::array();
  for (const std::string& sentence : desk.problems.all()) out["problems"].push_back(sentence);
  return out;
}

Result<Json> policy_json(const Agent& agent, std::optional<std::uint64_t> position) {
  const Book& book = agent.desk().book;
  if (!book.policy()) return not_found("no policy is in force here yet; ask the privacy officers");
  Json all = Json::array();
  const Book::KnownPolicy* asked = nullptr;
  for (const Book::KnownPolicy& known : book.policies()) {
    all.push_back({{"position", known.position},
                   {"name", known.policy.policy().name},
                   {"from", to_rfc3339(known.from)},
                   {"in_force", known.position == book.policy_position()}});
    if (known.position == position.value_or(book.policy_position())) asked = &known;
  }
  if (asked == nullptr) {
    return not_found(
        "no policy of that position is known here; `safeconduct audit export` has all");
  }
  return Json{{"position", asked->position},
              {"name", asked->policy.policy().name},
              {"from", to_rfc3339(asked->from)},
              {"text", asked->policy.text()},
              {"latest", book.policies().back().position},
              {"network", book.trust().network},
              {"known", all}};
}

int http_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalid:
    case ErrorCode::kUnsupported:
      return 400;
    case ErrorCode::kUnauthentic:
    case ErrorCode::kForbidden:
      return 403;
    case ErrorCode::kNotFound:
      return 404;
    case ErrorCode::kConflict:
    case ErrorCode::kExpired:
      return 409;
    case ErrorCode::kOverloaded:
    case ErrorCode::kUnavailable:
      return 503;
    case ErrorCode::kIo:
    case ErrorCode::kCorrupt:
      return 500;
  }
  return 500;
}

Json error_json(const Error& error) {
  return {{"error", {{"code", error_code_name(error.code)}, {"message", error.message}}}};
}

}  // namespace safeconduct::agent
