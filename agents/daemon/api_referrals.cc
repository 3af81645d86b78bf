#include "agents/daemon/api_referrals.h"

#include <algorithm>
#include <span>

#include "agents/daemon/place.h"
#include "policies/vocabulary.h"
#include "schemas/base/suggest.h"

namespace safeconduct::agent {
namespace {

using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 6> kActions = {"request", "approve",     "refuse",
                                                      "review",  "tell_person", "cannot_tell"};
constexpr std::array<std::string_view, 5> kExceptionReasons = {
    "danger_to_life", "unconscious", "child_at_risk", "high_risk", "statutory_duty"};
constexpr std::array<std::string_view, 4> kOutcomes = {"none", "justified", "partly",
                                                       "not_justified"};
constexpr std::array<std::string_view, 5> kExcludedKinds = {"agency", "unit", "officer",
                                                            "interpreter", "place"};
constexpr std::array<std::string_view, 4> kOpen = {"open", "waitlist", "full", "closed"};
constexpr std::array<std::string_view, 3> kUnmet = {"no_capacity", "no_service", "no_answer"};
constexpr std::array<std::string_view, 5> kGrounds = {"medical_records", "child_protection",
                                                      "court_order", "accounting", "legal_claim"};

std::string text_at(const Json& body, const char* key) {
  const auto at = body.find(key);
  return at != body.end() && at->is_string() ? at->get<std::string>() : std::string();
}

bool flag_at(const Json& body, const char* key) {
  const auto at = body.find(key);
  return at != body.end() && at->is_boolean() && at->get<bool>();
}

Status only(const Json& body, Names known) {
  for (const auto& [key, value] : body.items()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      return invalid("the body has a key that is not known here" + did_you_mean(key, known));
    }
  }
  return {};
}

// The place of a word in a list of words, from 0.
Result<std::size_t> word_at(const Json& body, const char* key, Names words) {
  const std::string word = text_at(body, key);
  const auto at = std::find(words.begin(), words.end(), word);
  if (at != words.end()) return static_cast<std::size_t>(at - words.begin());
  return invalid("`" + std::string(key) + "` is missing or unknown" + did_you_mean(word, words));
}

template <class Id>
Result<Id> id_at(const Json& body, const char* key) {
  auto id = Id::parse(text_at(body, key));
  if (!id) return invalid("`" + std::string(key) + "` must be an id of 32 hexadecimal digits");
  return *id;
}

Result<AgencyId> agency_at(const Json& body, const char* key) {
  auto id = AgencyId::parse(text_at(body, key));
  if (!id) return invalid("`" + std::string(key) + "` must be an agency's name");
  return id;
}

Result<std::uint8_t> purpose_at(const Json& body) {
  const std::string word = text_at(body, "purpose");
  const auto purpose = policies::purpose_named(word);
  if (purpose) return static_cast<std::uint8_t>(*purpose);
  return invalid("`purpose` is missing or unknown" + did_you_mean(word, policies::purpose_names()));
}

Result<std::uint8_t> urgency_at(const Json& body) {
  const std::string word = text_at(body, "urgency");
  const auto urgency = policies::urgency_named(word);
  if (urgency) return static_cast<std::uint8_t>(*urgency);
  return invalid("`urgency` is missing or unknown" + did_you_mean(word, policies::urgency_names()));
}

Result<std::uint32_t> categories_at(const Json& body, const char* key) {
  std::uint32_t bits = 0;
  if (!body.contains(key)) return bits;
  const Json& list = body[key];
  if (!list.is_array()) return invalid("`" + std::string(key) + "` must be a list of categories");
  for (const Json& entry : list) {
    const std::string word = entry.is_string() ? entry.get<std::string>() : std::string();
    const auto category = policies::category_named(word);
    if (!category) {
      return invalid("`" + std::string(key) + "` holds an unknown category" +
                     did_you_mean(word, policies::category_names()));
    }
    bits |= policies::bit(*category);
  }
  return bits;
}

Result<Instant> instant_at(const Json& body, const char* key) {
  auto at = parse_rfc3339(text_at(body, key));
  if (!at) return invalid("`" + std::string(key) + "` must be a time like 2026-11-24T22:00:00Z");
  return at;
}

// --- one path each

Result<Said> move_of(Agent& agent, const Json& body) {
  constexpr std::array<std::string_view, 4> kKnown = {"referral", "move", "reason", "categories"};
  TRY_OK(only(body, kKnown));
  wire::MoveRecord record;
  TRY(referral, id_at<ReferralId>(body, "referral"));
  const auto move = wire::move_named(text_at(body, "move"));
  if (!move) return invalid("`move` is missing or unknown; see `safeconduct move --help`");
  record.referral = referral;
  record.by = agent.desk().self;
  record.move = *move;
  if (body.contains("reason")) {
    const auto reason = wire::decline_reason_named(text_at(body, "reason"));
    if (!reason) return invalid("`reason` is not one of the fixed list of reasons");
    record.reason = *reason;
  }
  TRY(categories, categories_at(body, "categories"));
  record.categories = categories;
  if (*move == wire::Move::kAskMore) record.reason = wire::DeclineReason::kMoreInformationNeeded;
  record.at = agent.desk().now();
  return Said{record};
}

Digest salt_of(Agent& agent, Change& change, const ExceptionId& id, const Json& body, bool first) {
  const Bytes key = place::exception(id);
  Digest salt{};
  if (auto known = change.get(key); known && *known) {
    salt = ByteReader(**known).array<32>();
  } else {
    salt = agent.desk().random.array<32>();
    change.put(key, to_bytes(ByteView(salt)));
  }
  // The names and the reason in words stay here, encrypted like everything else.
  if (first) static_cast<void>(change.put_secret(key, view_of(body.dump())));
  return salt;
}

std::uint16_t flags_of(const Json& body) {
  using wire::ExceptionFlag;
  std::uint16_t flags = 0;
  const auto add = [&](const char* key, ExceptionFlag flag) {
    if (flag_at(body, key)) flags = static_cast<std::uint16_t>(flags | static_cast<int>(flag));
  };
  add("life_at_risk", ExceptionFlag::kLifeAtRisk);
  add("child_told", ExceptionFlag::kChildTold);
  add("child_view", ExceptionFlag::kChildView);
  add("caregiver_implicated", ExceptionFlag::kCaregiverImplicated);
  add("minor", ExceptionFlag::kMinor);
  return flags;
}

Status take_meeting(const Json& body, wire::ExceptionRecord& record) {
  if (!body.contains("meeting")) return {};
  for (const Json& name : body["meeting"]) {
    TRY(agency, AgencyId::parse(name.is_string() ? name.get<std::string>() : std::string()));
    record.meeting.push_back(agency);
  }
  std::sort(record.meeting.begin(), record.meeting.end());
  return {};
}

// A later step says only what is new; the rest is as it was requested.
Result<Json> with_request(Agent& agent, const Json& body) {
  TRY(id, id_at<ExceptionId>(body, "exception"));
  TRY(secret, agent.desk().store.secret(place::exception(id)));
  if (!secret) return not_found("there is no such exception here; request it first");
  Json whole = Json::parse(text_of(secret->expose()), nullptr, false);
  for (const char* key : {"officer", "text", "outcome", "action"}) whole.erase(key);
  whole.update(body);
  return whole;
}

Result<Said> exception_of(Agent& agent, Change& change, const Json& said) {
  const bool requests = text_at(said, "action") == "request";
  TRY(body, requests ? Result<Json>(said) : with_request(agent, said));
  constexpr std::array<std::string_view, 17> kKnown = {
      "action",     "exception",  "referral", "basis",
      "purpose",    "to",         "officer",  "reason",
      "text",       "outcome",    "meeting",  "life_at_risk",
      "child_told", "child_view", "minor",    "caregiver_implicated",
      "quasi"};
  TRY_OK(only(body, kKnown));
  wire::ExceptionRecord record;
  TRY(action, word_at(body, "action", kActions));
  record.action = static_cast<wire::ExceptionAction>(action + 1);
  const bool first = record.action == wire::ExceptionAction::kRequest;
  Desk& desk = agent.desk();
  if (first) {
    record.id.bytes = desk.random.array<16>();
    record.referral.bytes = desk.random.array<16>();
    body["referral"] = record.referral.text();
  } else {
    TRY(id, id_at<ExceptionId>(body, "exception"));
    TRY(referral, id_at<ReferralId>(body, "referral"));
    record.id = id;
    record.referral = referral;
  }
  record.by = desk.self;
  const auto basis = policies::basis_named(text_at(body, "basis"));
  if (!basis) {
    return invalid("`basis` is missing or unknown" +
                   did_you_mean(text_at(body, "basis"), policies::basis_names()));
  }
  record.basis = static_cast<std::uint8_t>(*basis);
  TRY(purpose, purpose_at(body));
  record.purpose = purpose;
  TRY(to, agency_at(body, "to"));
  record.to = to;
  const std::string officer = text_at(body, "officer");
  if (officer.empty()) return invalid("`officer` must name the person who answers for this");
  const Digest salt = salt_of(agent, change, record.id, body, first);
  record.officer = code_of(salt, officer);
  record.evidence = code_of(salt, text_at(body, "text"));
  if (body.contains("reason")) {
    TRY(reason, word_at(body, "reason", kExceptionReasons));
    record.reason = static_cast<wire::ExceptionReason>(reason + 1);
  }
  if (record.action == wire::ExceptionAction::kReview) {
    TRY(outcome, word_at(body, "outcome", kOutcomes));
    record.outcome = static_cast<wire::ReviewOutcome>(outcome);
  }
  record.flags = flags_of(body);
  TRY_OK(take_meeting(body, record));
  record.at = desk.now();
  return Said{record, Json{{"exception", record.id.text()}, {"referral", record.referral.text()}}};
}

Result<Said> exclusion_of(Agent& agent, const Json& body) {
  constexpr std::array<std::string_view, 2> kKnown = {"consent", "excluded"};
  TRY_OK(only(body, kKnown));
  wire::ExclusionRecord record;
  TRY(consent, id_at<ConsentId>(body, "consent"));
  record.consent = consent;
  record.by = agent.desk().self;
  const Digest salt = agent.desk().random.array<32>();
  if (!body.contains("excluded") || !body["excluded"].is_array()) {
    return invalid("`excluded` must be a list of {kind, agency, name}");
  }
  for (const Json& one : body["excluded"]) {
    TRY(kind, word_at(one, "kind", kExcludedKinds));
    TRY(at, agency_at(one, "agency"));
    wire::Excluded excluded{static_cast<wire::ExcludedKind>(kind + 1), at, {}};
    if (kind != 0) excluded.code = code_of(salt, text_at(one, "name"));
    record.excluded.push_back(excluded);
  }
  record.at = agent.desk().now();
  return Said{record};
}

Result<Said> capacity_of(Agent& agent, const Json& body) {
  constexpr std::array<std::string_view, 1> kKnown = {"services"};
  TRY_OK(only(body, kKnown));
  wire::CapacityRecord record;
  record.by = agent.desk().self;
  record.at = agent.desk().now();
  record.counter = static_cast<std::uint64_t>(record.at.ms);
  if (!body.contains("services") || !body["services"].is_array()) {
    return invalid("`services` must be a list of {purpose, district, open, places, waiting}");
  }
  for (const Json& one : body["services"]) {
    wire::ServiceCapacity service;
    TRY(purpose, purpose_at(one));
    TRY(open, word_at(one, "open", kOpen));
    service.purpose = purpose;
    service.openness = static_cast<wire::Openness>(open + 1);
    service.district = text_at(one, "district");
    service.places = one.value("places", std::uint16_t{0});
    service.waiting = one.value("waiting", std::uint16_t{0});
    record.services.push_back(std::move(service));
  }
  return Said{std::move(record)};
}

Result<Said> unmet_of(Agent& agent, const Json& body) {
  constexpr std::array<std::string_view, 4> kKnown = {"purpose", "urgency", "district", "reason"};
  TRY_OK(only(body, kKnown));
  wire::UnmetNeedRecord record;
  record.by = agent.desk().self;
  TRY(purpose, purpose_at(body));
  TRY(urgency, urgency_at(body));
  TRY(reason, word_at(body, "reason", kUnmet));
  record.purpose = purpose;
  record.urgency = urgency;
  record.district = text_at(body, "district");
  record.reason = static_cast<wire::UnmetReason>(reason + 1);
  record.at = agent.desk().now();
  return Said{std::move(record)};
}

Result<Said> question_of(Agent& agent, const Json& body) {
  constexpr std::array<std::string_view, 2> kKnown = {"about", "text"};
  TRY_OK(only(body, kKnown));
  TRY(about, agency_at(body, "about"));
  wire::QuestionRecord record;
  record.by = agent.desk().self;
  record.about = about;
  record.code = code_of(agent.desk().random.array<32>(), text_at(body, "text"));
  record.at = agent.desk().now();
  return Said{record, Json{{"answer", "this network does not say where a person is"}}};
}

}  // namespace

Result<Said> record_of(Agent& agent, Change& change, const std::string& path, const Json& body) {
  if (path == "moves") return move_of(agent, body);
  if (path == "exceptions") return exception_of(agent, change, body);
  if (path == "exclusions") return exclusion_of(agent, body);
  if (path == "capacity") return capacity_of(agent, body);
  if (path == "unmet") return unmet_of(agent, body);
  if (path == "questions") return question_of(agent, body);
  return not_found("there is nothing here; the routes are listed in agents/daemon/README.md");
}

Result<Asking> asking_of(const Json& body) {
  constexpr std::array<std::string_view, 4> kKnown = {"candidates", "together", "deadline",
                                                      "document"};
  TRY_OK(only(body, kKnown));
  const bool complete = body.contains("document") && body["document"].is_object() &&
                        body.contains("candidates") && body["candidates"].is_array() &&
                        !body["candidates"].empty();
  if (!complete) {
    return invalid(
        "give `document`, a referral of stage inquiry, and `candidates`, a list of "
        "{agency, role}");
  }
  Asking out;
  Json document = body["document"];
  TRY(purpose, purpose_at(document));
  TRY(urgency, urgency_at(document));
  const auto as = policies::role_named(text_at(document, "as"));
  if (!as) return invalid("`as` is missing or unknown in the document");
  if (text_at(document, "stage") != "inquiry") return invalid("the document is no inquiry");
  out.request.purpose = purpose;
  out.request.urgency = urgency;
  out.request.by_role = static_cast<std::uint8_t>(*as);
  out.request.stage = static_cast<std::uint8_t>(policies::Stage::kInquiry);
  for (const Json& one : body["candidates"]) {
    TRY(agency, agency_at(one, "agency"));
    const auto role = policies::role_named(text_at(one, "role"));
    if (!role) return invalid("a candidate's `role` is missing or unknown");
    out.request.candidates.push_back({agency, static_cast<std::uint8_t>(*role), {}});
  }
  if (out.request.candidates.size() > wire::kCandidatesMax) {
    return invalid("ask sixteen agencies at most");
  }
  const std::size_t together = body.contains("together") && body["together"].is_number_unsigned()
                                   ? body["together"].get<std::size_t>()
                                   : out.request.candidates.size();
  out.request.together = static_cast<std::uint8_t>(
      std::clamp<std::size_t>(together, 1, out.request.candidates.size()));
  if (body.contains("deadline")) {
    TRY(deadline, instant_at(body, "deadline"));
    out.request.deadline = deadline;
  }
  document["to_role"] =
      policies::name(static_cast<policies::Role>(out.request.candidates.front().role));
  out.inquiry = document.dump();
  return out;
}

Result<KeptElsewhere> kept_of(const Json& body) {
  constexpr std::array<std::string_view, 3> kKnown = {"categories", "ground", "until"};
  TRY_OK(only(body, kKnown));
  KeptElsewhere out;
  TRY(categories, categories_at(body, "categories"));
  TRY(ground, word_at(body, "ground", kGrounds));
  TRY(until, instant_at(body, "until"));
  if (categories == 0) return invalid("`categories` must name what is kept");
  out.categories = categories;
  out.ground = static_cast<wire::KeepGround>(ground + 1);
  out.until = until;
  return out;
}

}  // namespace safeconduct::agent
