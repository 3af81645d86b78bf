#include "tests/agent/fake_broker.h"

#include "schemas/ledger/note.h"
#include "schemas/ledger/proof.h"
#include "schemas/seal/batch_sign.h"
#include "schemas/seal/hash.h"
#include "schemas/seal/slots.h"

namespace safeconduct::agent {

using ledger::EntryKind;
using ledger::PartKind;

FakeBroker::FakeBroker(const Clock& clock, Random& random)
    : clock_(clock),
      random_(random),
      authority_key_(seal::SigningKey::generate(random)),
      log_key_(seal::SigningKey::generate(random)),
      officers_{seal::SigningKey::generate(random), seal::SigningKey::generate(random)} {
  directory.network = network_;
  directory.version = 0;
  directory.log_vkey = log().text();
  directory.broker_transport_key = random.array<32>();
  const char* names[] = {"ana", "bo"};
  for (int i = 0; i < 2; ++i) {
    directory.officer_vkeys.push_back(
        ledger::NoteKey::make(names[i], ledger::SignatureType::kEd25519, officers_[i].verify_key())
            .value()
            .text());
  }
  append(EntryKind::kGenesis, {});
}

ledger::NoteKey FakeBroker::authority() const {
  return ledger::NoteKey::make(network_, ledger::SignatureType::kEd25519,
                               authority_key_.verify_key())
      .value();
}

ledger::NoteKey FakeBroker::log() const {
  return ledger::NoteKey::make(network_ + "/log", ledger::SignatureType::kEd25519,
                               log_key_.verify_key())
      .value();
}

void FakeBroker::publish_directory() {
  ++directory.version;
  directory.issued = clock_.now();
  const std::string note = ledger::signed_note(wire::to_text(directory), network_, authority_key_);
  publish(EntryKind::kDirectory, to_bytes(note));
}

void FakeBroker::publish_policy(const std::string& canonical_text) {
  ledger::Note note;
  note.text = canonical_text;
  note.signatures = {ledger::sign_text(canonical_text, "ana", officers_[0]),
                     ledger::sign_text(canonical_text, "bo", officers_[1])};
  publish(EntryKind::kPolicy, to_bytes(ledger::to_text(note)));
}

std::uint64_t FakeBroker::publish(EntryKind kind, Bytes network_part) {
  ledger::Parts parts;
  parts[ledger::place_of(PartKind::kNetwork)] = part(std::move(network_part));
  return append(kind, std::move(parts));
}

ledger::Part FakeBroker::part(Bytes bytes) {
  return {random_.array<32>(), std::move(bytes)};
}

std::uint64_t FakeBroker::size() const {
  return std::min<std::uint64_t>(lines_.size(), shown_);
}

std::uint64_t FakeBroker::append(EntryKind kind, ledger::Parts parts, const AgencyId& sender,
                                 const AgencyId& recipient) {
  const std::uint64_t position = lines_.size();
  ledger::Entry entry =
      ledger::make_entry(kind, LedgerSeq{position}, clock_.now(), std::move(parts));
  nodes_.append(ledger::leaf_hash(entry.leaf));
  lines_.push_back({std::move(entry), sender, recipient});
  return position;
}

void FakeBroker::fork() {
  ledger::MemoryNodes other;
  for (Line& line : lines_) {
    line.entry.leaf.instant.ms += 1;
    other.append(ledger::leaf_hash(line.entry.leaf));
  }
  nodes_ = std::move(other);
}

wire::Header FakeBroker::header_of(std::size_t submission) const {
  const auto frame = wire::decode_to_broker(submission_frames.at(submission)).value();
  return wire::decode_header(std::get<wire::Submission>(frame.body).sealed.header).value();
}

// --- frames

void FakeBroker::connect(const AgencyId& agency) {
  sessions_[agency] = {};
}

std::vector<wire::ToAgent> FakeBroker::exchange(const AgencyId& agency,
                                                const std::vector<wire::ToBroker>& frames) {
  std::vector<wire::ToAgent> out;
  Session& session = sessions_.at(agency);
  for (const wire::ToBroker& frame : frames) answer(agency, session, frame, out);
  if (silent) return {};
  if (session.subscribed) feed(agency, session, out);
  if (deliver) deliver_to(agency, session, out);
  return out;
}

void FakeBroker::answer(const AgencyId& agency, Session& session, const wire::ToBroker& frame,
                        std::vector<wire::ToAgent>& out) {
  const std::uint64_t request = frame.request;
  if (const auto* hello = std::get_if<wire::Hello>(&frame.body)) {
    session.told_size = size();
    out.push_back({request, wire::Welcome{1, clock_.now(), head_from(hello->tree_size)}});
  } else if (const auto* subscribe = std::get_if<wire::Subscribe>(&frame.body)) {
    session.subscribed = true;
    session.feed_at = subscribe->from;
  } else if (const auto* credit = std::get_if<wire::Credit>(&frame.body)) {
    session.credit += credit->deliveries;
  } else if (const auto* submission = std::get_if<wire::Submission>(&frame.body)) {
    out.push_back(on_submission(agency, request, *submission));
  } else if (const auto* record = std::get_if<wire::SignedRecord>(&frame.body)) {
    out.push_back(on_record(agency, request, *record));
  } else if (const auto* receipt = std::get_if<wire::Receipt>(&frame.body)) {
    out.push_back(on_receipt(agency, request, *receipt));
  }
}

wire::ToAgent FakeBroker::on_submission(const AgencyId& agency, std::uint64_t request,
                                        const wire::Submission& submission) {
  submission_frames.push_back(wire::encode(wire::ToBroker{0, submission}));
  if (problem) return {request, *problem};
  const wire::Header header = wire::decode_header(submission.sealed.header).value();
  const auto known = messages_.find(header.message_id);
  if (known != messages_.end()) {
    const Message& m = known->second;
    return {request, wire::Decided{header.message_id, m.position, m.verdict == 0, m.sender_part}};
  }
  std::vector<seal::SlotView> views;
  for (const wire::Slot& s : submission.sealed.slots) {
    views.emplace_back(s.number, s.commitment, s.wrap, s.ciphertext);
  }
  const auto checked = seal::check_offered({submission.sealed.header, submission.sealed.leaves,
                                            submission.sealed.offered_digest, submission.offered,
                                            submission.offered_salt, views});
  const wire::BatchSignature& s = submission.sealed.signature;
  const bool good = checked && header.from == agency &&
                    seal::verify_batch(seal::VerifyKey{directory.find(agency)->signing_key},
                                       seal::BatchKind::kMessages, checked->digest,
                                       {s.place, s.salt, s.siblings, s.signature});
  if (!good) return {request, wire::Problem{ErrorCode::kUnauthentic, "does not verify", 0, {}}};

  Message message;
  message.submission = submission;
  message.header = header;
  message.digest = checked->digest;
  message.verdict = refuse_with;
  message.kept = refuse_with != 0 ? 0 : keep ? keep(submission.offered) : submission.offered;
  wire::SenderPart told;
  told.message = header.message_id;
  told.verdict = message.verdict;
  told.kept = message.kept;
  told.rules = {"R3"};
  message.sender_part = wire::encode(told);
  ledger::Parts parts;
  parts[ledger::place_of(PartKind::kSender)] = part(message.sender_part);
  message.position = append(EntryKind::kSubmission, std::move(parts), agency);
  const wire::Decided decided{header.message_id, message.position, message.verdict == 0,
                              message.sender_part};
  messages_.emplace(header.message_id, std::move(message));
  order_.push_back(header.message_id);
  return {request, decided};
}

wire::ToAgent FakeBroker::on_record(const AgencyId& agency, std::uint64_t request,
                                    const wire::SignedRecord& record) {
  records.push_back(record);
  if (problem) return {request, *problem};
  const auto known = record_positions_.find(record.body);
  if (known != record_positions_.end()) return {request, wire::Recorded{known->second}};
  const Bytes recorded = wire::encode(wire::RecordedRecord{agency, record, {}});
  std::uint64_t position = 0;
  if (record.kind == wire::RecordKind::kSealingCard) {
    position = publish(EntryKind::kSealingCard, recorded);
  } else {
    ledger::Parts parts;
    parts[ledger::place_of(PartKind::kRestricted)] = part(recorded);
    position = append(
        record.kind == wire::RecordKind::kConsent ? EntryKind::kConsent : EntryKind::kWithdrawal,
        std::move(parts));
    if (record.kind == wire::RecordKind::kWithdrawal) {
      const auto withdrawal = wire::decode_withdrawal(record.body).value();
      if (!withdrawal.consent.is_zero()) withdraw_consent(withdrawal.consent);
      if (!withdrawal.message.is_zero()) {
        stop(withdrawal.message, messages_.at(withdrawal.message));
      }
    }
  }
  record_positions_[record.body] = position;
  return {request, wire::Recorded{position}};
}

wire::ToAgent FakeBroker::on_receipt(const AgencyId& agency, std::uint64_t request,
                                     const wire::Receipt& receipt) {
  receipts.push_back(receipt);
  const auto body = wire::decode_receipt(receipt.body).value();
  const auto known = receipt_positions_.find(body.message);
  if (known != receipt_positions_.end()) return {request, wire::Recorded{known->second}};
  Message& message = messages_.at(body.message);
  wire::SenderPart told;
  told.message = body.message;
  told.kept = body.kept;
  told.receipt = wire::encode_receipt(receipt);
  ledger::Parts parts;
  parts[ledger::place_of(PartKind::kSender)] = part(wire::encode(told));
  const bool rejected = body.rejection != wire::Rejection::kNone;
  const std::uint64_t position = append(rejected ? EntryKind::kRejection : EntryKind::kReceipt,
                                        std::move(parts), message.header.from);
  message.ended = true;
  sessions_[agency].in_flight.erase(body.message);
  receipt_positions_[body.message] = position;
  return {request, wire::Recorded{position}};
}

// --- what happens to messages

void FakeBroker::expire(const MessageId& id) {
  Message& message = messages_.at(id);
  message.ended = true;
  wire::SenderPart told;
  told.message = id;
  told.verdict = static_cast<std::uint8_t>(wire::Verdict::kExpired);
  ledger::Parts parts;
  parts[ledger::place_of(PartKind::kSender)] = part(wire::encode(told));
  append(EntryKind::kExpiry, std::move(parts), message.header.from);
}

void FakeBroker::stop(const MessageId& id, Message& message) {
  message.ended = true;
  wire::SenderPart told;
  told.message = id;
  told.verdict = static_cast<std::uint8_t>(6);  // consent withdrawn
  ledger::Parts parts;
  parts[ledger::place_of(PartKind::kSender)] = part(wire::encode(told));
  if (message.delivered) {
    wire::RecipientPart stopped;
    stopped.message = id;
    stopped.referral = message.header.referral_id;
    stopped.from = message.header.from;
    stopped.digest = message.digest;
    stopped.content_end = message.header.content_end;
    stopped.stop = true;
    parts[ledger::place_of(PartKind::kRecipient)] = part(wire::encode(stopped));
  }
  append(EntryKind::kWithdrawal, std::move(parts), message.header.from, message.header.to);
}

void FakeBroker::withdraw_consent(const ConsentId& consent) {
  for (const MessageId& id : order_) {
    Message& message = messages_.at(id);
    if (message.submission.consent == consent && message.verdict == 0) stop(id, message);
  }
}

void FakeBroker::redeliver() {
  for (auto& [id, message] : messages_) {
    if (!message.delivered) continue;
    message.ended = false;
    sessions_[message.header.to].in_flight.clear();
  }
}

void FakeBroker::deliver_to(const AgencyId& agency, Session& session,
                            std::vector<wire::ToAgent>& out) {
  for (const MessageId& id : order_) {
    Message& m = messages_.at(id);
    const bool waits =
        m.header.to == agency && m.verdict == 0 && !m.ended && !session.in_flight.contains(id);
    if (!waits || session.credit == 0) continue;
    --session.credit;
    session.in_flight.insert(id);
    m.delivered = true;
    wire::SenderPart told;
    told.message = id;
    told.kept = m.kept;
    wire::RecipientPart given;
    given.message = id;
    given.referral = m.header.referral_id;
    given.from = m.header.from;
    given.digest = m.digest;
    given.kept = m.kept;
    given.content_end = m.header.content_end;
    ledger::Parts parts;
    parts[ledger::place_of(PartKind::kSender)] = part(wire::encode(told));
    parts[ledger::place_of(PartKind::kRecipient)] = part(wire::encode(given));
    const std::uint64_t position =
        append(EntryKind::kDelivery, std::move(parts), m.header.from, agency);
    show_head(session, out);
    wire::Delivery delivery{m.submission.sealed, view(position, agency)};
    std::erase_if(delivery.sealed.slots,
                  [&](const wire::Slot& slot) { return (m.kept >> slot.number & 1U) == 0; });
    if (tamper) tamper(delivery);
    out.push_back({0, std::move(delivery)});
  }
  if (session.subscribed) feed(agency, session, out);
}

void FakeBroker::show_head(Session& session, std::vector<wire::ToAgent>& out) {
  if (session.told_size == size()) return;
  out.push_back({0, head_from(session.told_size)});
  session.told_size = size();
}

wire::Checkpoint FakeBroker::head_from(std::uint64_t old_size) const {
  const auto frontier = ledger::frontier_at(nodes_, size()).value();
  wire::Checkpoint out;
  out.note = to_bytes(ledger::sign_checkpoint(log().name(), frontier.head(), log_key_));
  out.old_size = old_size;
  if (old_size > 0 && old_size < size()) {
    out.consistency = ledger::consistency_proof(nodes_, old_size, size()).value();
  }
  return out;
}

void FakeBroker::feed(const AgencyId& agency, Session& session, std::vector<wire::ToAgent>& out) {
  if (session.feed_at >= size()) return;
  show_head(session, out);
  wire::Feed frame;
  for (std::uint64_t at = session.feed_at; at < size(); ++at) {
    wire::EntryView entry = view(at, agency);
    if (!entry.parts.empty()) frame.entries.push_back(std::move(entry));
  }
  session.feed_at = frame.next = size();
  out.push_back({0, std::move(frame)});
}

wire::EntryView FakeBroker::view(std::uint64_t position, const AgencyId& reader) const {
  const Line& line = lines_[position];
  wire::EntryView out;
  out.leaf = to_bytes(ByteView(ledger::encode_leaf(line.entry.leaf)));
  out.inclusion = ledger::inclusion_proof(nodes_, position, size()).value();
  const auto add = [&](PartKind kind) {
    const auto& part = line.entry.part(kind);
    if (part) out.parts.push_back({static_cast<std::uint8_t>(kind), part->salt, part->bytes});
  };
  add(PartKind::kNetwork);
  if (line.sender == reader) add(PartKind::kSender);
  if (line.recipient == reader) add(PartKind::kRecipient);
  return out;
}

}  // namespace safeconduct::agent
