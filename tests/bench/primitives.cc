#include "tests/bench/primitives.h"

#include <random>
#include <stdexcept>

#include "policies/decide.h"
#include "policies/naive.h"
#include "schemas/ledger/entry.h"
#include "schemas/ledger/proof.h"
#include "tests/bench/agencies.h"

namespace safeconduct::bench {
namespace {

// Cases that a sender would send: known words, live consent. Drawn from a fixed seed.
std::vector<policies::Case> some_cases(std::size_t count) {
  std::mt19937_64 engine(1);
  const auto upto = [&](std::size_t n) { return static_cast<std::uint8_t>(1 + engine() % n); };
  std::vector<policies::Case> cases(count);
  for (policies::Case& c : cases) {
    c.from = static_cast<policies::Role>(upto(policies::kRoleCount));
    c.to = static_cast<policies::Role>(upto(policies::kRoleCount));
    c.purpose = static_cast<policies::Purpose>(upto(policies::kPurposeCount));
    c.stage = engine() % 4 == 0 ? policies::Stage::kInquiry : policies::Stage::kRelease;
    c.basis = policies::Basis::kConsent;
    c.urgency = policies::Urgency::kTonight;
    c.agreement_in_force = true;
    c.consent.state = policies::ConsentState::kLive;
    c.consent.purpose_named = c.consent.recipient_named = c.consent.person_initiated = true;
    c.consent.full = c.consent.named =
        policies::kAllCategories & static_cast<std::uint32_t>(engine() | engine());
  }
  return cases;
}

// Nodes of a growing tree by level, as an array.
class TreeInMemory final : public ledger::HashReader {
 public:
  void append(const Digest& leaf) {
    completed_.clear();
    frontier.append(leaf, completed_);
    for (const ledger::TreeNode& node : completed_) {
      if (levels_.size() <= node.id.level) levels_.resize(node.id.level + 1);
      levels_[node.id.level].push_back(node.hash);
    }
  }
  [[nodiscard]] Result<Digest> hash(const ledger::NodeId& node) const override {
    return levels_.at(node.level).at(node.index);
  }
  ledger::Frontier frontier;

 private:
  std::vector<ledger::TreeNode> completed_;
  std::vector<std::vector<Digest>> levels_;
};

ledger::Entry some_entry(std::uint64_t position) {
  ledger::Parts parts;
  parts[ledger::place_of(ledger::PartKind::kRouting)] = ledger::Part{{}, Bytes(90, 1)};
  parts[ledger::place_of(ledger::PartKind::kSender)] = ledger::Part{{}, Bytes(90, 2)};
  parts[ledger::place_of(ledger::PartKind::kRestricted)] = ledger::Part{{}, Bytes(1900, 3)};
  return ledger::make_entry(ledger::EntryKind::kSubmission, LedgerSeq{position}, Instant{1},
                            std::move(parts));
}

std::vector<double> in_us(std::vector<double> ns) {
  for (double& value : ns) value /= 1000;
  return ns;
}

struct SealedOnce {
  rig::Network network = make_network();
  rig::Sealed sealed = rig::seal_draft(network, draft_of(0));
  std::vector<seal::SlotView> slots;
  seal::BatchSignature signature;

  SealedOnce() {
    for (const wire::Slot& slot : sealed.submission.sealed.slots) {
      slots.emplace_back(slot.number, slot.commitment, slot.wrap, slot.ciphertext);
    }
    const wire::BatchSignature& s = sealed.submission.sealed.signature;
    signature = {s.place, s.salt, s.siblings, s.signature};
  }
};

void must(bool holds) {
  if (!holds) throw std::runtime_error("a benchmark's own input is refused");
}

}  // namespace

void decisions(Report& report, bool quick) {
  const auto compiled = policies::compile_text(rig::national_policy_text(), "policy");
  if (!compiled) throw std::runtime_error(compiled.error().message);
  const auto cases = some_cases(4096);
  const std::size_t rounds = quick ? 3 : 300;
  const auto by_table = [&](std::size_t i) { keep(policies::decide(*compiled, cases[i])); };
  report.timing("decision_by_table", "ns", ns_per_call(rounds, cases.size(), by_table),
                rounds * cases.size());
  const std::size_t few = quick ? 64 : cases.size();
  const auto naively = [&](std::size_t i) {
    keep(policies::decide_naively(compiled->policy(), cases[i]));
  };
  const std::size_t naive_rounds = quick ? 1 : 20;
  report.timing("decision_naively", "ns", ns_per_call(naive_rounds, few, naively),
                naive_rounds * few);
}

void sealing(Report& report, bool quick) {
  const SealedOnce one;
  const wire::Submission& s = one.sealed.submission;
  const rig::Agency& to = one.network.agency(recipient(0));
  const rig::Agency& from = one.network.agency(sender(0));
  SystemRandom random;
  std::vector<seal::SlotPlaintext> texts;
  for (const auto& [number, text] : draft_of(0).slots) {
    texts.push_back({number, SecretBytes(to_bytes(text)), false});
  }
  const std::size_t n = quick ? 5 : 2000;
  const auto time = [&](const std::string& name, const std::function<void(std::size_t)>& work) {
    report.timing(name, "us", in_us(ns_per_call(n, 1, work)), n);
  };
  time("seal_8_slots_of_256", [&](std::size_t) {
    must(seal::seal_message(s.sealed.header, to.sealing.public_key(), texts, random).has_value());
  });
  const seal::DeliveredMessage message{s.sealed.header, s.sealed.leaves, s.sealed.offered_digest,
                                       s.sealed.encapsulated, one.slots};
  time("verify_and_open_8_slots_of_256", [&](std::size_t) {
    const auto verified = seal::verify_message(message, one.signature, from.signing.verify_key());
    must(seal::open_message(*verified, s.offered, to.sealing).has_value());
  });
  time("check_offered_8_slots", [&](std::size_t) {
    must(seal::check_offered({s.sealed.header, s.sealed.leaves, s.sealed.offered_digest, s.offered,
                              s.offered_salt, one.slots})
             .has_value());
  });
  time("verify_batch", [&](std::size_t) {
    must(seal::verify_batch(from.signing.verify_key(), seal::BatchKind::kMessages,
                            one.sealed.digest, one.signature)
             .has_value());
  });
  time("batch_root_alone",
       [&](std::size_t) { must(seal::batch_root(one.sealed.digest, one.signature).has_value()); });
}

void ledger_steps(Report& report, bool quick) {
  TreeInMemory tree;
  const std::size_t n = quick ? 100 : 100'000;
  std::uint64_t position = 0;
  const auto append = [&](std::size_t) {
    tree.append(ledger::leaf_hash(some_entry(position++).leaf));
  };
  report.timing("ledger_append", "us", in_us(ns_per_call(n / 50, 50, append)), n);
  std::mt19937_64 engine(1);
  const auto prove = [&](std::size_t) {
    must(ledger::inclusion_proof(tree, engine() % tree.frontier.size(), tree.frontier.size())
             .has_value());
  };
  report.timing("ledger_inclusion_proof", "us", in_us(ns_per_call(quick ? 10 : 1000, 10, prove)),
                quick ? 100 : 10'000);
}

}  // namespace safeconduct::bench
