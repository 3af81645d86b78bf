// Policies that come into force while referrals flow: each decision is wholly by one of them, the
// one in force at its position, and replay finds the same.
#include <catch2/catch.hpp>

#include "broker/audit/replay.h"
#include "broker/audit/store_source.h"
#include "policies/compile.h"
#include "policies/decide.h"
#include "policies/diff.h"
#include "schemas/io/file.h"
#include "schemas/ledger/note.h"
#include "schemas/wire/activation.h"
#include "schemas/wire/parts.h"
#include "tests/broker/scene.h"

using namespace safeconduct;
using namespace safeconduct::rig;
using ledger::EntryKind;
using ledger::PartKind;
using policies::CompiledPolicy;

namespace {

const std::string kRow =
    "location, demographics, health, psych, exploitation, perpetrator up to generalised";

CompiledPolicy compiled(const std::string& text) {
  auto policy = policies::compile_text(text, "policy");
  if (!policy) FAIL(policy.error().message);
  return std::move(policy).value();
}

CompiledPolicy with_row(const std::string& row) {
  std::string text = compiled(national_policy_text()).text();
  REQUIRE(text.find("allow " + kRow) != std::string::npos);
  text.replace(text.find(kRow), kRow.size(), row);
  return compiled(text);
}

std::string activation(const Network& network, const CompiledPolicy& next,
                       const CompiledPolicy& before, std::uint64_t after,
                       std::optional<Instant> from = {}) {
  wire::Activation said{network.name(), after, from, policies::widens(before, next), next.text()};
  return wire::to_text(said);
}

wire::SignedRecord policy_record(const std::string& note) {
  return {wire::RecordKind::kPolicy, to_bytes(std::string_view(note)), {}, {}};
}

std::uint64_t recorded(Client& client, const std::string& note) {
  const auto answer = client.answer_to(client.send({0, policy_record(note)}), seconds(30));
  if (const auto* problem = std::get_if<wire::Problem>(&answer.body)) FAIL(problem->message);
  return std::get<wire::Recorded>(answer.body).position;
}

std::string refused(Client& client, const std::string& note) {
  const auto answer = client.answer_to(client.send({0, policy_record(note)}), seconds(30));
  REQUIRE(std::holds_alternative<wire::Problem>(answer.body));
  return std::get<wire::Problem>(answer.body).message;
}

struct InForce {
  std::uint64_t position = 0;
  Instant from;
  CompiledPolicy policy;
};

// Every policy of the log, and from when it decides.
std::vector<InForce> policies_of(const std::vector<ledger::Entry>& entries) {
  std::vector<InForce> out;
  for (const ledger::Entry& entry : entries) {
    if (entry.leaf.kind != EntryKind::kPolicy) continue;
    const auto note = ledger::parse_note(text_of(entry.part(PartKind::kNetwork)->bytes));
    const auto said = wire::parse_policy_note_text(note->text).value();
    const Instant from = said.activation && said.activation->from
                             ? std::max(*said.activation->from, entry.leaf.instant)
                             : entry.leaf.instant;
    out.push_back({entry.leaf.position.value, from, compiled(said.policy)});
  }
  return out;
}

// Bridge to haven under a consent to everything.
policies::Decision expected(const CompiledPolicy& policy) {
  policies::Case c;
  c.from = policies::Role::kNgoCase;
  c.to = policies::Role::kShelter;
  c.purpose = policies::Purpose::kSafeAccommodation;
  c.stage = policies::Stage::kRelease;
  c.basis = policies::Basis::kConsent;
  c.urgency = policies::Urgency::kTonight;
  c.agreement_in_force = true;
  c.consent = {.state = policies::ConsentState::kLive,
               .purpose_named = true,
               .recipient_named = true,
               .full = policies::kAllCategories,
               .named = policies::kAllCategories};
  return decide(policy, c);
}

bool is_wholly_by(const CompiledPolicy& policy, const wire::SenderPart& told) {
  const policies::Decision wanted = expected(policy);
  if (!wanted.deliver || told.verdict != 0) return false;
  for (std::size_t i = 0; i < policies::kCategoryCount; ++i) {
    const auto level = static_cast<std::uint8_t>(wanted.levels[policies::category_at(i)]);
    const auto reason = static_cast<std::uint8_t>(wanted.reasons[i]);
    if (told.outcome.level[i] != level || told.outcome.reason[i] != reason) return false;
  }
  std::string rules;
  for (const std::string& rule : told.rules) rules += (rules.empty() ? "" : " ") + rule;
  return rules == policy.rule_names(wanted.rules);
}

// How many decisions each policy made; fails on one that is not wholly that policy's.
std::map<std::uint64_t, int> check_decisions(const std::vector<ledger::Entry>& entries) {
  const std::vector<InForce> all = policies_of(entries);
  std::map<std::uint64_t, int> decided;
  for (const ledger::Entry& entry : entries) {
    const bool decision =
        entry.leaf.kind == EntryKind::kSubmission || entry.leaf.kind == EntryKind::kDelivery;
    if (!decision) continue;
    const InForce* by = nullptr;
    for (const InForce& one : all) {
      const bool holds = one.position < entry.leaf.position.value && one.from <= entry.leaf.instant;
      if (holds) by = &one;
    }
    REQUIRE(by != nullptr);
    const auto told = wire::decode_sender(entry.part(PartKind::kSender)->bytes).value();
    INFO("entry " << entry.leaf.position.value << " by the policy of " << by->position);
    CHECK(is_wholly_by(by->policy, told));
    decided[by->position] += 1;
  }
  return decided;
}

}  // namespace

TEST_CASE("Three activations while referrals flow: each decision is wholly by one policy") {
  Scene scene;
  const Draft draft = scene.draft_with_consent();
  const auto send = [&](int count) {
    for (int i = 0; i < count; ++i) {
      REQUIRE(scene.bridge.submit(seal_draft(scene.network, draft)).admitted);
    }
  };
  const CompiledPolicy first = compiled(national_policy_text());
  const CompiledPolicy second = with_row("location, demographics up to generalised");
  const CompiledPolicy third = with_row("demographics, exploitation up to generalised");
  send(5);  // these wait while the policy changes, and are decided again by it
  const std::uint64_t one = recorded(
      scene.haven, scene.network.officers_note(activation(scene.network, second, first, 2)));
  send(5);
  const Instant soon = SystemClock().now() + milliseconds(1500);
  const std::uint64_t two =
      recorded(scene.bridge,
               scene.network.officers_note(activation(scene.network, third, second, one, soon)));
  scene.haven.credit(1000);
  int given = 0;
  while (SystemClock().now() < soon + milliseconds(300)) {
    send(1);
    for (const auto& frame : scene.haven.take(milliseconds(20))) {
      if (const auto* delivery = std::get_if<wire::Delivery>(&frame.body)) {
        scene.haven.acknowledge(*delivery);
        ++given;
      }
    }
  }
  // Back to the first text: it opens something, and says so.
  const std::uint64_t three = recorded(
      scene.bridge, scene.network.officers_note(activation(scene.network, first, third, two)));
  send(5);
  CHECK(wait_until(seconds(20), [&] {
    for (const auto& frame : scene.haven.take(milliseconds(50))) {
      given += std::holds_alternative<wire::Delivery>(frame.body) ? 1 : 0;
    }
    return given >= 15;
  }));
  CHECK(scene.broker.stop() == 0);
  const auto decided = check_decisions(entries_of(scene.broker.store()));
  CHECK(decided.size() == 4);
  for (const std::uint64_t position : {std::uint64_t{2}, one, two, three}) {
    INFO("policy of entry " << position);
    CHECK(decided.count(position) == 1);
  }
  const auto source = audit::open_store(scene.broker.store());
  if (!source) FAIL(source.error().message);
  const auto report = audit::replay(**source);
  REQUIRE(report);
  if (report->divergence) FAIL(report->divergence->sentence);
  CHECK(report->recomputed > 20);
}

TEST_CASE("By no path does a policy come into force that breaks an invariant or lacks an officer") {
  Scene scene;
  const CompiledPolicy first = compiled(national_policy_text());
  const CompiledPolicy next = with_row("location, demographics up to generalised");
  const std::string good = activation(scene.network, next, first, 2);
  std::string broken = good;
  const std::size_t from = broken.find("refuse F20");
  broken.erase(from, broken.find("refuse F30") - from);
  const std::string broken_note = scene.network.officers_note(broken);
  const std::string lone_note = scene.network.officers_note(good, 1);
  // A frame, as an agent's /v1/records makes it.
  CHECK(refused(scene.bridge, broken_note).find("breaks invariant 7") != std::string::npos);
  CHECK(refused(scene.bridge, lone_note).find("two different officers") != std::string::npos);
  // The operator's file: by SIGHUP, and at a start.
  for (const std::string& note : {broken_note, lone_note}) {
    REQUIRE(io::write_durably(scene.broker.folder() + "/policy.note", view_of(note)));
    scene.broker.reload();
    CHECK(wait_until(seconds(20), [&] {
      return scene.broker.log().find("the policy file was not put into force") != std::string::npos;
    }));
    CHECK(scene.broker.stop() == 0);
    scene.broker.start();
  }
  CHECK(scene.broker.stop() == 0);
  const auto entries = entries_of(scene.broker.store());
  CHECK(policies_of(entries).size() == 1);
}
