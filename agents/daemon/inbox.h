// What came for this agency. Content is opened, checked and durable here before a receipt leaves;
// a message that comes again gets the same receipt again and is not entered twice.
#pragma once

#include <map>
#include <set>

#include "agents/daemon/desk.h"
#include "agents/daemon/items.h"
#include "agents/daemon/keyring.h"
#include "agents/daemon/opener.h"

namespace safeconduct::agent {

class Inbox {
 public:
  // Errors: kIo, kCorrupt.
  [[nodiscard]] static Result<Inbox> load(Desk& desk, const Keyring& keys);

  // Takes one delivery into the change. What may have come before the feed that explains it waits a
  // moment. Errors: kIo, kCorrupt; a bad delivery is no error but a rejection.
  [[nodiscard]] Status take(Change& change, const wire::Delivery& delivery);
  // Slots that another agency brought directly; `from` is who it is by its transport key. They
  // count when the broker's delivery of that very message is here, or comes soon.
  [[nodiscard]] Status take_direct(Change& change, const AgencyId& from, ByteView sealed);
  // Tries again what waited.
  [[nodiscard]] Status retry(Change& change);
  // Signs what was taken since, one signature per sender; call before the change is committed.
  [[nodiscard]] Status sign(Change& change);
  // Sends the receipts that are not under way; call after the change was committed.
  [[nodiscard]] Status send_receipts();
  void connection_ended();
  // How many deliveries were dealt with since the last call: as many more may come.
  [[nodiscard]] std::uint32_t dealt_with();

  // The broker has the receipt, or never will. False when the answer is about no receipt.
  [[nodiscard]] bool receipt_answered(Change& change, std::uint64_t request);
  [[nodiscard]] bool put_off(std::uint64_t request) { return under_way_.erase(request) > 0; }

  // A proved withdrawal with our recipient part: destroys the content, or the slots that are no
  // longer kept.
  [[nodiscard]] Status take_entry(Change& change, const ledger::Entry& entry);
  // Destroys the content of a message that is not needed any more: an inquiry that was declined, or
  // answered elsewhere.
  [[nodiscard]] Status stop(Change& change, const MessageId& message);
  // Destroys content whose end has passed; at most a bounded number per call.
  [[nodiscard]] Status end_content(Change& change);

  // Accepted messages, newest first.
  [[nodiscard]] Result<std::vector<Received>> list(std::size_t limit) const;
  // Errors: kNotFound.
  [[nodiscard]] Result<Received> find(const MessageId& id) const;
  // Empty when it was stopped or has ended.
  [[nodiscard]] Result<std::vector<seal::OpenedSlot>> content(const MessageId& id) const;
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  Inbox(Desk& desk, const Keyring& keys) : desk_(&desk), keys_(&keys) {}
  struct Fresh {  // taken in this change, its receipt not signed yet
    Received item;
    wire::ReceiptRecord receipt;
  };
  struct Early {
    wire::Delivery delivery;
    Instant since;
  };
  struct Brought {
    wire::Sealed sealed;
    Instant since;
  };
  // True when the delivery has no slots, and its entry says that some were released: its sender
  // brings them.
  [[nodiscard]] bool slots_come_directly(const wire::Delivery& delivery) const;
  [[nodiscard]] Status take_whole(Change& change, const wire::Delivery& delivery);
  [[nodiscard]] Status await_slots(Change& change, const wire::Delivery& delivery);
  [[nodiscard]] Status enter(Change& change, Opened opened);
  [[nodiscard]] Status take_place_of(Change& change, const MessageId& old, const AgencyId& from);
  void reject(NotOpened refused);
  [[nodiscard]] Status destroy(Change& change, Received item);
  [[nodiscard]] Status narrow(Change& change, Received item, std::uint64_t kept);
  [[nodiscard]] Status sign_for(Change& change, std::vector<Fresh*> items);

  Desk* desk_;
  const Keyring* keys_;
  std::vector<Fresh> fresh_;
  std::vector<Early> early_;
  std::map<MessageId, wire::Delivery> released_;  // released to us, their slots not here yet
  std::map<MessageId, Brought> brought_;          // slots that came before their release
  std::set<MessageId> unanswered_;                // receipts that the broker has not recorded
  std::map<std::uint64_t, MessageId> under_way_;  // request -> message
  std::uint64_t next_seq_ = 1;
  std::uint32_t dealt_with_ = 0;
  std::size_t size_ = 0;
};

}  // namespace safeconduct::agent
