#include "schemas/wire/envelope.h"

namespace safeconduct::wire {
namespace {

constexpr std::size_t kPathMax = 64;  // RFC 9162 §2.1.3: one hash per level, 64 levels
constexpr std::size_t kNoteBytesMax = 16 * 1024;
// A directory or policy with what is said of it; else far smaller.
constexpr std::size_t kPartBytesMax = limits::kDocumentBytesMax + 1024;
constexpr std::size_t kPartsMax = 5;
constexpr std::size_t kMessageBytesMax = 1024;
constexpr std::size_t kLeafBytesMax = 1024;

void put_hashes(capnp::List<capnp::Data>::Builder out, const std::vector<Digest>& hashes) {
  for (unsigned i = 0; i < out.size(); ++i) out.set(i, to_data(hashes[i]));
}

std::vector<Digest> get_hashes(capnp::List<capnp::Data>::Reader in, FixedFields& fields) {
  fields.require(in.size() <= kPathMax);
  std::vector<Digest> out;
  for (unsigned i = 0; i < in.size() && fields.ok(); ++i) fields.copy(in[i], out.emplace_back());
  return out;
}

void put_entry(schema::Entry::Builder out, const EntryView& entry) {
  out.setLeaf(to_data(entry.leaf));
  auto parts = out.initParts(static_cast<unsigned>(entry.parts.size()));
  for (unsigned i = 0; i < parts.size(); ++i) {
    parts[i].setKind(entry.parts[i].kind);
    parts[i].setSalt(to_data(entry.parts[i].salt));
    parts[i].setBytes(to_data(entry.parts[i].bytes));
  }
  put_hashes(out.initInclusion(static_cast<unsigned>(entry.inclusion.size())), entry.inclusion);
}

EntryView get_entry(schema::Entry::Reader in, FixedFields& fields) {
  EntryView out;
  fields.require(in.getLeaf().size() <= kLeafBytesMax && in.getParts().size() <= kPartsMax);
  if (!fields.ok()) return out;
  out.leaf = to_bytes(in.getLeaf());
  for (const auto& part : in.getParts()) {
    EntryPart& to = out.parts.emplace_back();
    to.kind = part.getKind();
    fields.copy(part.getSalt(), to.salt);
    fields.require(part.getBytes().size() <= kPartBytesMax);
    if (fields.ok()) to.bytes = to_bytes(part.getBytes());
  }
  out.inclusion = get_hashes(in.getInclusion(), fields);
  return out;
}

void put_checkpoint(schema::Checkpoint::Builder out, const Checkpoint& checkpoint) {
  out.setNote(to_data(checkpoint.note));
  out.setOldSize(checkpoint.old_size);
  const auto size = static_cast<unsigned>(checkpoint.consistency.size());
  put_hashes(out.initConsistency(size), checkpoint.consistency);
}

Checkpoint get_checkpoint(schema::Checkpoint::Reader in, FixedFields& fields) {
  Checkpoint out;
  fields.require(in.getNote().size() <= kNoteBytesMax);
  if (fields.ok()) out.note = to_bytes(in.getNote());
  out.old_size = in.getOldSize();
  out.consistency = get_hashes(in.getConsistency(), fields);
  return out;
}

struct Put {
  schema::ToAgent::Builder out;
  ByteView sealed;  // of a delivery, encoded

  void operator()(const Welcome& welcome) {
    auto to = out.initWelcome();
    to.setProtocol(welcome.protocol);
    to.setBrokerTime(welcome.broker_time.ms);
    put_checkpoint(to.initCheckpoint(), welcome.checkpoint);
    to.setDirectory(to_data(welcome.directory));
  }
  void operator()(const Decided& decided) {
    auto to = out.initDecided();
    to.setMessageId(to_data(decided.message.bytes));
    to.setPosition(decided.position);
    to.setAdmitted(decided.admitted);
    to.setSenderPart(to_data(decided.sender_part));
  }
  void operator()(const Recorded& recorded) { out.setRecorded(recorded.position); }
  void operator()(const Delivery& delivery) {
    auto to = out.initDelivery();
    to.setSealed(to_data(sealed));
    put_entry(to.initEntry(), delivery.entry);
  }
  void operator()(const Feed& feed) {
    auto to = out.initFeed();
    auto entries = to.initEntries(static_cast<unsigned>(feed.entries.size()));
    for (unsigned i = 0; i < entries.size(); ++i) put_entry(entries[i], feed.entries[i]);
    to.setNext(feed.next);
    if (feed.told.empty()) return;
    auto told = to.initTold(static_cast<unsigned>(feed.told.size()));
    for (unsigned i = 0; i < told.size(); ++i) {
      told[i].setAgency(feed.told[i].agency.text());
      told[i].setSoftware(feed.told[i].software);
    }
  }
  void operator()(const Checkpoint& checkpoint) {
    put_checkpoint(out.initCheckpoint(), checkpoint);
  }
  void operator()(const Problem& problem) {
    auto to = out.initProblem();
    to.setCode(static_cast<std::uint8_t>(problem.code));
    to.setMessage(problem.message);
    to.setRetryAfterMs(problem.retry_after_ms);
    if (!problem.about.is_zero()) to.setMessageId(to_data(problem.about.bytes));
  }
};

Welcome get_welcome(schema::Welcome::Reader in, FixedFields& fields) {
  return {in.getProtocol(),
          {in.getBrokerTime()},
          get_checkpoint(in.getCheckpoint(), fields),
          to_bytes(in.getDirectory())};
}

Decided get_decided(schema::Decided::Reader in, FixedFields& fields) {
  Decided out;
  fields.copy(in.getMessageId(), out.message.bytes);
  out.position = in.getPosition();
  out.admitted = in.getAdmitted();
  fields.require(in.getSenderPart().size() <= kMessageBytesMax);
  if (fields.ok()) out.sender_part = to_bytes(in.getSenderPart());
  return out;
}

Feed get_feed(schema::Feed::Reader in, FixedFields& fields) {
  Feed out;
  fields.require(in.getEntries().size() <= limits::kFeedEntriesMax);
  fields.require(in.getTold().size() <= limits::kFeedEntriesMax);
  if (!fields.ok()) return out;
  for (const auto& entry : in.getEntries()) out.entries.push_back(get_entry(entry, fields));
  out.next = in.getNext();
  for (const auto& told : in.getTold()) {
    const auto agency = AgencyId::parse(std::string(told.getAgency()));
    const std::string software = told.getSoftware();
    fields.require(agency.has_value() && software.size() <= kSoftwareBytesMax);
    if (fields.ok()) out.told.push_back({*agency, software});
  }
  return out;
}

Problem get_problem(schema::Problem::Reader in, FixedFields& fields) {
  Problem out;
  fields.require(in.getCode() <= static_cast<std::uint8_t>(ErrorCode::kCorrupt) &&
                 in.getMessage().size() <= kMessageBytesMax);
  out.code = static_cast<ErrorCode>(in.getCode());
  if (fields.ok()) out.message = in.getMessage();
  out.retry_after_ms = in.getRetryAfterMs();
  fields.copy_optional(in.getMessageId(), out.about.bytes);
  return out;
}

template <class T>
Result<ToAgent> framed(std::uint64_t request, T body, const FixedFields& fields) {
  if (!fields.ok()) return invalid("frame from the broker has a field of the wrong size");
  return ToAgent{request, std::move(body)};
}

Result<ToAgent> get_frame(schema::ToAgent::Reader in) {
  const std::uint64_t request = in.getRequest();
  FixedFields fields;
  switch (in.which()) {
    case schema::ToAgent::WELCOME: {
      const std::uint16_t protocol = in.getWelcome().getProtocol();
      if (protocol != kProtocol) return other_protocol(protocol);
      auto body = get_welcome(in.getWelcome(), fields);
      return framed(request, std::move(body), fields);
    }
    case schema::ToAgent::DECIDED: {
      auto body = get_decided(in.getDecided(), fields);
      return framed(request, std::move(body), fields);
    }
    case schema::ToAgent::RECORDED:
      return ToAgent{request, Recorded{in.getRecorded()}};
    case schema::ToAgent::DELIVERY: {
      const auto bytes = in.getDelivery().getSealed();
      TRY(sealed, decode_sealed({bytes.begin(), bytes.size()}));
      auto entry = get_entry(in.getDelivery().getEntry(), fields);
      return framed(request, Delivery{std::move(sealed), std::move(entry)}, fields);
    }
    case schema::ToAgent::FEED: {
      auto body = get_feed(in.getFeed(), fields);
      return framed(request, std::move(body), fields);
    }
    case schema::ToAgent::CHECKPOINT: {
      auto body = get_checkpoint(in.getCheckpoint(), fields);
      return framed(request, std::move(body), fields);
    }
    case schema::ToAgent::PROBLEM: {
      auto body = get_problem(in.getProblem(), fields);
      return framed(request, std::move(body), fields);
    }
  }
  return Error{ErrorCode::kUnsupported,
               "frame is of a kind that this program does not know; upgrade it"};
}

std::size_t words_of(const EntryView& entry) {
  std::size_t words = 40 + 5 * entry.inclusion.size();
  for (const EntryPart& part : entry.parts) words += 12 + words_for(part.bytes.size());
  return words;
}

std::size_t words_of(const Checkpoint& checkpoint) {
  return words_for(checkpoint.note.size()) + 5 * checkpoint.consistency.size();
}

std::size_t words_of(const ToAgent& message) {
  std::size_t words = kSmallMessageWords;
  if (const auto* checkpoint = std::get_if<Checkpoint>(&message.body)) {
    words += words_of(*checkpoint);
  } else if (const auto* delivery = std::get_if<Delivery>(&message.body)) {
    words += words_of(delivery->entry);
  } else if (const auto* feed = std::get_if<Feed>(&message.body)) {
    for (const EntryView& entry : feed->entries) words += words_of(entry);
    words += feed->told.size() * 24;  // two short texts
  }
  return words;
}

}  // namespace

void append(Bytes& frame, const ToAgent& message) {
  const auto* delivery = std::get_if<Delivery>(&message.body);
  const Bytes sealed = delivery != nullptr ? encode_sealed(delivery->sealed) : Bytes();
  MessageInFrame out(frame, words_of(message) + words_for(sealed.size()));
  auto root = out.initRoot<schema::ToAgent>();
  root.setRequest(message.request);
  std::visit(Put{root, sealed}, message.body);
  out.finish();
}

void append_delivery(Bytes& frame, ByteView sealed, const EntryView& entry) {
  MessageInFrame out(frame, kSmallMessageWords + words_of(entry) + words_for(sealed.size()));
  auto delivery = out.initRoot<schema::ToAgent>().initDelivery();
  delivery.setSealed(to_data(sealed));
  put_entry(delivery.initEntry(), entry);
  out.finish();
}

Bytes encode(const ToAgent& message) {
  Bytes out;
  append(out, message);
  return out;
}

Result<ToAgent> decode_to_agent(ByteView message) {
  return read_frame<schema::ToAgent>(message, get_frame);
}

}  // namespace safeconduct::wire
