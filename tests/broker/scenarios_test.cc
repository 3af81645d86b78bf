// The worked cases of DOMAIN §7 as real referrals over real sockets, from a sender that offers
// every slot: what the recipient opens is what the table says, or the verdict is its refusal.
#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "policies/compile.h"
#include "policies/decide.h"
#include "policies/scenario_file.h"
#include "schemas/io/file.h"
#include "schemas/wire/parts.h"
#include "tests/broker/scene.h"

using namespace safeconduct;
using namespace safeconduct::rig;
using policies::Category;
using policies::Level;
using policies::ScenarioCase;

namespace {

// A code that the vocabulary will not have soon: how a word that it lacks looks on the wire.
constexpr std::uint8_t kUnknown = 200;

std::string sender_of(const ScenarioCase& one) {
  return "from_" + one.msg.sender;
}
// An agency whose agreement lapsed is another agency in the directory.
std::string recipient_of(const ScenarioCase& one) {
  return one.msg.agency + (one.msg.no_agreement ? "_lapsed" : "");
}
constexpr const char* kOrigin = "from_ngo_case";

// The agencies that the cases need, each with the roles that it acts in.
std::vector<std::pair<std::string, std::vector<std::string>>> agencies_for(
    const std::vector<ScenarioCase>& cases) {
  std::map<std::string, std::set<std::string>> roles;
  roles[kOrigin].insert("ngo_case");
  for (const ScenarioCase& one : cases) {
    roles[sender_of(one)].insert(one.msg.sender);
    roles[recipient_of(one)].insert(one.msg.role);
  }
  std::vector<std::pair<std::string, std::vector<std::string>>> out;
  for (const auto& [name, words] : roles) {
    out.emplace_back(name, std::vector<std::string>(words.begin(), words.end()));
  }
  return out;
}

// Nothing at all may come of a case but `verdict`, or these texts.
struct Came {
  std::uint8_t verdict = 0;
  std::optional<std::map<std::uint8_t, std::string>> opened;
};

class Stage {
 public:
  explicit Stage(const std::vector<ScenarioCase>& cases)
      : network_(lapsing(cases)), broker_(network_, folder_.path() + "/broker") {
    for (const auto& [name, roles] : agencies_for(cases)) {
      auto client = std::make_unique<Client>(network_, name, broker_.endpoint());
      client->join();
      client->credit(limits::kCreditMax);
      clients_.emplace(name, std::move(client));
    }
    const auto policy = policies::compile_text(national_policy_text(), "policy");
    policy_ = std::make_unique<policies::CompiledPolicy>(policy.value());
  }

  Came play(const ScenarioCase& one);
  // What came in at the recipient without a case that asked for it.
  [[nodiscard]] bool quiet() {
    for (auto& [name, client] : clients_) {
      if (client->comes<wire::Delivery>(milliseconds(20))) return false;
    }
    return true;
  }

 private:
  static Network lapsing(const std::vector<ScenarioCase>& cases) {
    Network network(agencies_for(cases));
    for (const ScenarioCase& one : cases) {
      if (one.msg.no_agreement) network.agency(recipient_of(one)).agreement = false;
    }
    return network;
  }
  Client& client(const std::string& name) { return *clients_.at(name); }

  ConsentId record_consent(const ScenarioCase& one, const policies::Case& subject);
  MessageId first_hop(const ScenarioCase& one, const policies::Case& subject);
  Draft draft_of(const ScenarioCase& one, const policies::Case& subject);

  TempFolder folder_;
  Network network_;
  Broker broker_;
  std::map<std::string, std::unique_ptr<Client>> clients_;
  std::unique_ptr<policies::CompiledPolicy> policy_;
};

wire::Grantor grantor_of(policies::Grantor grantor) {
  return static_cast<wire::Grantor>(static_cast<std::uint8_t>(grantor) + 1);
}

// The consent of a case as the record that its collector signs; also where there is none but an
// exclusion or a never-list must lie somewhere.
ConsentId Stage::record_consent(const ScenarioCase& one, const policies::Case& subject) {
  const bool bound = one.msg.conflict || subject.never != 0;
  if (!one.msg.consent && !bound) return {};
  const Agency& sender = network_.agency(sender_of(one));
  wire::ConsentRecord record =
      full_consent(sender, policies::Purpose::kPeerSupport, recipient_of(one));
  if (one.msg.consent) {
    record.scopes.clear();
    for (const std::string& word : one.msg.consent->purposes) {
      const auto purpose = policies::purpose_named(word);
      if (!purpose) continue;
      wire::ConsentScope scope;
      scope.purpose = static_cast<std::uint8_t>(*purpose);
      for (const std::string& name : one.msg.consent->recipients) {
        const bool this_one = name == one.msg.agency;
        scope.recipients.push_back(AgencyId::parse(this_one ? recipient_of(one) : name).value());
      }
      std::sort(scope.recipients.begin(), scope.recipients.end());
      if (scope.recipients.empty()) scope.recipients = {AgencyId::parse("nobody").value()};
      scope.full = subject.consent.full;
      scope.generalised = subject.consent.generalised & ~subject.consent.full;
      scope.named = subject.consent.named;
      scope.person_initiated = subject.consent.person_initiated;
      record.scopes.push_back(scope);
    }
    record.grantor = grantor_of(subject.consent.grantor);
    record.fresh_in_reflection = subject.consent.fresh_in_reflection;
  }
  const bool runs_out = one.msg.consent && one.msg.consent->expired;
  if (runs_out) {
    record.given = record.given - days(20);
    record.expires = SystemClock().now() + seconds(3);
  }
  if (one.msg.conflict) record.never_agencies = {AgencyId::parse(recipient_of(one)).value()};
  record.never_categories = subject.never;
  Client& from = client(sender_of(one));
  from.record_consent(record);
  const auto ran_out = [&] { return SystemClock().now() > record.expires; };
  if (runs_out) REQUIRE(wait_until(seconds(10), ran_out));
  if (one.msg.consent && one.msg.consent->withdrawn) {
    const wire::Withdrawal withdrawal{record.id, {}, sender.id, 0, SystemClock().now()};
    const auto request =
        from.send({0, signed_record(sender, wire::RecordKind::kWithdrawal, encode(withdrawal))});
    REQUIRE(std::holds_alternative<wire::Recorded>(from.answer_to(request).body));
  }
  return record.id;
}

// A referral that left exactly the case's `prior` levels with its sender.
MessageId Stage::first_hop(const ScenarioCase& one, const policies::Case& subject) {
  REQUIRE(one.msg.hop == 2);
  policies::Case earlier;
  earlier.from = policies::Role::kNgoCase;
  earlier.to = subject.from;
  earlier.stage = policies::Stage::kRelease;
  earlier.basis = policies::Basis::kConsent;
  earlier.urgency = policies::Urgency::kRoutine;
  earlier.agreement_in_force = true;
  earlier.consent.state = policies::ConsentState::kLive;
  earlier.consent.grantor = policies::Grantor::kSelf;
  earlier.consent.purpose_named = earlier.consent.recipient_named = true;
  earlier.consent.person_initiated = true;
  earlier.consent.full = earlier.consent.named = policies::kAllCategories;
  Draft draft;
  draft.from = kOrigin;
  draft.to = sender_of(one);
  draft.from_role = earlier.from;
  draft.to_role = earlier.to;
  draft.urgency = earlier.urgency;
  bool found = false;
  for (std::uint8_t code = 1; code <= policies::kPurposeCount && !found; ++code) {
    earlier.purpose = static_cast<policies::Purpose>(code);
    const auto decision = decide(*policy_, earlier);
    found = decision.deliver && subject.prior.within(decision.levels);
    if (found) draft.purpose = earlier.purpose;
  }
  INFO("no purpose lets the sender's role receive the prior levels of " << one.id);
  REQUIRE(found);
  const auto consent = full_consent(network_.agency(kOrigin), draft.purpose, draft.to);
  client(kOrigin).record_consent(consent);
  draft.consent = consent.id;
  for (std::size_t i = 0; i < policies::kCategoryCount; ++i) {
    const Category category = policies::category_at(i);
    const Level level = subject.prior[category];
    if (level != Level::kWithheld) draft.slots[policies::slot_of(category, level)] = "earlier";
  }
  const auto sealed = seal_draft(network_, draft);
  REQUIRE(client(kOrigin).submit(sealed).admitted);
  Client& next = client(draft.to);
  const auto delivery = next.expect<wire::Delivery>();
  CHECK(next.open(delivery, network_).size() == draft.slots.size());
  next.acknowledge(delivery);
  next.credit(1);
  return sealed.header.message_id;
}

Draft Stage::draft_of(const ScenarioCase& one, const policies::Case& subject) {
  const auto code = [](auto value) {
    return static_cast<std::uint8_t>(value) == 0 ? decltype(value){kUnknown} : value;
  };
  Draft draft;
  draft.from = sender_of(one);
  draft.to = recipient_of(one);
  draft.from_role = code(subject.from);
  draft.to_role = code(subject.to);
  draft.purpose = code(subject.purpose);
  draft.stage = code(subject.stage);
  draft.basis = code(subject.basis);
  draft.urgency = code(subject.urgency);
  draft.circumstances = subject.circumstances;
  draft.hop = subject.hop;
  draft.slots = every_slot(one.id + " slot ");
  return draft;
}

Came Stage::play(const ScenarioCase& one) {
  const policies::Case subject = policies::to_case(one.msg).value();
  Draft draft = draft_of(one, subject);
  if (subject.hop > 1) {
    draft.prior = first_hop(one, subject);
    // What is passed on ends no later than what it came from.
    draft.change_header = [](wire::Header& h) { h.content_end = h.content_end - hours(1); };
  }
  draft.consent = record_consent(one, subject);
  const auto sealed = seal_draft(network_, draft);
  if (draft.basis != policies::Basis::kConsent && one.deliver)
    client(draft.from).allow(sealed.header);
  const auto decided = client(draft.from).submit(sealed);
  const auto part = wire::decode_sender(decided.sender_part).value();
  Came came{part.verdict, std::nullopt};
  CHECK(decided.admitted == (part.verdict == 0));
  if (!decided.admitted) {
    CHECK(part.kept == 0);
    return came;
  }
  Client& to = client(draft.to);
  const auto delivery = to.expect<wire::Delivery>();
  REQUIRE(wire::decode_header(delivery.sealed.header)->message_id == sealed.header.message_id);
  came.opened = to.open(delivery, network_);
  to.acknowledge(delivery);
  to.credit(1);
  return came;
}

bool words_are_known(const ScenarioCase& one) {
  const auto subject = policies::to_case(one.msg).value();
  const auto known = [](auto value) { return static_cast<std::uint8_t>(value) != 0; };
  return known(subject.from) && known(subject.to) && known(subject.purpose) &&
         known(subject.stage) && known(subject.basis) && known(subject.urgency);
}

// The level that the slots of a category amount to; each text must be the one that was sealed.
Level level_in(const std::map<std::uint8_t, std::string>& opened, Category category,
               const std::string& id) {
  Level level = Level::kWithheld;
  for (const Level offered : {Level::kGeneralised, Level::kFull}) {
    const std::uint8_t slot = policies::slot_of(category, offered);
    const auto at = opened.find(slot);
    if (at == opened.end()) continue;
    CHECK(at->second == id + " slot " + std::to_string(slot));
    CHECK(level == Level::kWithheld);  // one slot a category
    level = offered;
  }
  return level;
}

void compare(const ScenarioCase& one, const Came& came) {
  if (!one.deliver) {
    CHECK_FALSE(came.opened);
    // A word without a number cannot be decided by policy: the bus refuses it itself.
    const auto unknown = static_cast<std::uint8_t>(wire::Verdict::kUnknownWord);
    const auto expected = words_are_known(one) ? static_cast<std::uint8_t>(one.reason) : unknown;
    CHECK(int(came.verdict) == int(expected));
    return;
  }
  CHECK(int(came.verdict) == 0);
  REQUIRE(came.opened);
  for (const auto& [category, level] : one.levels) {
    INFO(policies::name(category));
    CHECK(policies::name(level_in(*came.opened, category, one.id)) == policies::name(level));
  }
}

void play_all(std::string_view table) {
  const auto cases = policies::read_scenarios(table);
  REQUIRE(cases);
  REQUIRE_FALSE(cases->empty());
  Stage stage(*cases);
  for (const ScenarioCase& one : *cases) {
    INFO(one.id << ": " << one.title);
    compare(one, stage.play(one));
  }
  CHECK(stage.quiet());
}

// A small table of the same form, for who has only this project.
constexpr std::string_view kOwnCases = R"([
{"id":"full consent","msg":{"sender":"ngo_case","role":"shelter","purpose":"safe_accommodation",
  "agency":"haven","consent":{"purposes":["safe_accommodation"],"recipients":["haven"],
  "full":["needs","identity","health","narrative"],"gen":["risk"]}},
 "result":{"deliver":true,"levels":{"needs":"F","identity":"F","health":"G","narrative":"W",
  "risk":"G","contact":"W","media":"W"}}},
{"id":"never-list","msg":{"sender":"ngo_case","role":"shelter","purpose":"safe_accommodation",
  "agency":"haven","never":["identity"],"consent":{"purposes":["safe_accommodation"],
  "recipients":["haven"],"full":["needs","identity"],"gen":[]}},
 "result":{"deliver":true,"levels":{"needs":"F","identity":"W"}}},
{"id":"withdrawn","msg":{"sender":"ngo_case","role":"shelter","purpose":"safe_accommodation",
  "agency":"haven","consent":{"purposes":["safe_accommodation"],"recipients":["haven"],
  "full":["needs"],"gen":[],"withdrawn":true}},
 "result":{"deliver":false,"reason":"wh.consent_withdrawn"}},
{"id":"police by blanket","msg":{"sender":"shelter","role":"police","purpose":"police_report",
  "agency":"metro","consent":{"purposes":["police_report"],"recipients":["metro"],
  "full":["all"],"gen":[]}},"result":{"deliver":false,"reason":"wh.police_firewall"}},
{"id":"excluded","msg":{"sender":"ngo_case","role":"shelter","purpose":"safe_accommodation",
  "agency":"dawn","flags":{"coi":true},"consent":{"purposes":["safe_accommodation"],
  "recipients":["dawn"],"full":["needs"],"gen":[]}},
 "result":{"deliver":false,"reason":"wh.conflict"}},
{"id":"lapsed","msg":{"sender":"ngo_case","role":"shelter","purpose":"safe_accommodation",
  "agency":"haven","flags":{"no_agreement":true},"consent":{"purposes":["safe_accommodation"],
  "recipients":["haven"],"full":["needs"],"gen":[]}},
 "result":{"deliver":false,"reason":"wh.agreement"}},
{"id":"unknown purpose","msg":{"sender":"ngo_case","role":"shelter","purpose":"find_her",
  "agency":"haven"},"result":{"deliver":false,"reason":"wh.not_needed"}},
{"id":"onward","msg":{"sender":"shelter","role":"health","purpose":"health_care",
  "agency":"stmary","flags":{"hop":2,"prior":{"needs":"F","health":"G"}},
  "consent":{"purposes":["health_care"],"recipients":["stmary"],
  "full":["needs","identity","health"],"gen":[]}},
 "result":{"deliver":true,"levels":{"needs":"F","identity":"W","health":"G"}}}
])";

}  // namespace

TEST_CASE("Cases over the wire: what is opened, or refused, is what the project's table says") {
  play_all(kOwnCases);
}

TEST_CASE("Cases over the wire: what is opened, or refused, is what the shared table says") {
  const auto table = io::read_file(std::string(SAFECONDUCT_SHARED) + "/domain/scenarios.json",
                                   policies::kScenarioBytesMax);
  if (!table) {
    WARN("no shared table here: " << table.error().message);
    return;
  }
  play_all(text_of(*table));
}
