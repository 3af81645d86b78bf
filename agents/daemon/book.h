// What the agent knows of the network, from the feed and verified by itself: the ledger's head, the
// directory, the policy, everybody's sealing cards, and how far it has read. Nothing in here is the
// broker's word alone. Persisted with each change; thread: the agent's mutex.
#pragma once

#include <map>
#include <optional>

#include "agents/daemon/settings.h"
#include "agents/daemon/store.h"
#include "policies/compile.h"
#include "schemas/ledger/checkpoint.h"
#include "schemas/ledger/entry.h"
#include "schemas/wire/directory.h"
#include "schemas/wire/messages.h"

namespace safeconduct::agent {

class Book {
 public:
  // Errors: kIo, kCorrupt.
  [[nodiscard]] static Result<Book> load(const Store& store, const Trust& trust);

  [[nodiscard]] const Trust& trust() const { return trust_; }
  [[nodiscard]] const ledger::TreeHead& head() const { return head_; }
  [[nodiscard]] const Bytes& head_note() const { return head_note_; }
  // Position of the next entry to read.
  [[nodiscard]] std::uint64_t feed_next() const { return feed_next_; }

  [[nodiscard]] const std::optional<wire::Directory>& directory() const { return directory_; }
  // The policy in force, as of the last advance().
  [[nodiscard]] const std::optional<policies::CompiledPolicy>& policy() const { return policy_; }
  [[nodiscard]] std::uint64_t policy_position() const { return policy_position_; }
  // A term of the policy; while none is known, the bound that no policy goes beyond.
  [[nodiscard]] std::uint32_t term(policies::Term which) const {
    return policy_ ? policy_->term(which) : policies::bound_of(which);
  }
  // The one by which the broker decided the entry at this position and instant; null when it is not
  // known here (any more).
  [[nodiscard]] const policies::CompiledPolicy* policy_at(std::uint64_t position,
                                                          Instant instant) const;
  // Lets come into force what is due at `now`, by the broker's clock.
  void advance(Instant now);
  // Those of before, the one in force, and those to come; ascending.
  struct KnownPolicy {
    std::uint64_t position = 0;  // of its entry
    Instant from;
    policies::CompiledPolicy policy;
  };
  [[nodiscard]] const std::vector<KnownPolicy>& policies() const { return policies_; }
  // Null when there is no such agency, or no directory yet.
  [[nodiscard]] const wire::DirectoryAgency* agency(const AgencyId& id) const;
  // The newest card to which one may seal at `at`, other than `avoid`; null when there is none.
  [[nodiscard]] const wire::SealingCard* card(const AgencyId& id, Instant at,
                                              const KeyId& avoid = {}) const;
  // The highest counter of the agency's cards; 0 when it has none.
  [[nodiscard]] std::uint64_t card_counter(const AgencyId& id) const;

  // The broker follows another log than the one known here: believed when a newer directory of the
  // network's authority names it. Then everything of the ledger is read anew; true. Errors:
  // kUnauthentic, kInvalid, kConflict (not a newer directory).
  [[nodiscard]] Result<bool> take_origin(Change& change, ByteView directory_note);

  // A head that the broker shows. Errors: kInvalid and kUnauthentic (not a head of this log, or no
  // proof for it: the connection is no good); kConflict (a smaller tree than one that was shown
  // before, or one that does not extend it: the ledger was forked or rolled back).
  [[nodiscard]] Status take_checkpoint(Change& change, const wire::Checkpoint& checkpoint);

  // An entry that lies in the tree of head(), with the parts it commits to. Errors: kInvalid,
  // kUnsupported, kUnauthentic.
  [[nodiscard]] Result<ledger::Entry> prove(const wire::EntryView& view) const;

  // What concerns everyone: directory, policy, sealing cards; anything else is left alone. True
  // when something new came into force. Errors: kUnauthentic, kInvalid, kConflict: what was in
  // force stays.
  [[nodiscard]] Result<bool> take_entry(Change& change, const ledger::Entry& entry);

  void read_up_to(Change& change, std::uint64_t next);

 private:
  explicit Book(const Trust& trust) : trust_(trust) {}
  [[nodiscard]] Result<wire::Directory> open_directory(ByteView note) const;
  [[nodiscard]] Result<KnownPolicy> open_policy(const ledger::Entry& entry, ByteView note) const;
  [[nodiscard]] Result<bool> take_directory(Change& change, ByteView note);
  [[nodiscard]] Result<bool> take_policy(Change& change, const ledger::Entry& entry, ByteView note);
  void put_policies(Change& change) const;
  [[nodiscard]] Result<bool> take_card(Change& change, ByteView recorded);
  void drop_cards_of_changed_keys(Change& change, const wire::Directory& next);
  void put_cards(Change& change, const AgencyId& id) const;

  Trust trust_;
  ledger::TreeHead head_;
  Bytes head_note_;
  std::uint64_t feed_next_ = 0;
  std::optional<wire::Directory> directory_;
  Bytes directory_note_;
  std::optional<policies::CompiledPolicy> policy_;
  std::uint64_t policy_position_ = 0;
  std::vector<KnownPolicy> policies_;
  std::map<AgencyId, std::vector<wire::SealingCard>> cards_;  // ascending counter, the newest two
};

}  // namespace safeconduct::agent
