#include "schemas/wire/envelope.h"
#include "schemas/wire/sealed_view.h"

namespace safeconduct::wire {
namespace {

constexpr std::size_t kReceiptBytesMax = 256;

void put(schema::BatchSignature::Builder out, const BatchSignature& signature) {
  out.setPlace(signature.place);
  out.setSalt(to_data(signature.salt));
  auto siblings = out.initSiblings(kSiblings * 32);
  for (std::size_t i = 0; i < kSiblings; ++i) {
    std::memcpy(siblings.begin() + i * 32, signature.siblings[i].data(), 32);
  }
  out.setSignature(to_data(signature.signature));
}

void get(schema::BatchSignature::Reader in, BatchSignature& out, FixedFields& fields) {
  out.place = in.getPlace();
  fields.copy(in.getSalt(), out.salt);
  fields.copy(in.getSignature(), out.signature);
  const auto siblings = in.getSiblings();
  fields.require(siblings.size() == kSiblings * 32);
  if (!fields.ok()) return;
  for (std::size_t i = 0; i < kSiblings; ++i) {
    std::memcpy(out.siblings[i].data(), siblings.begin() + i * 32, 32);
  }
}

struct Put {
  schema::ToBroker::Builder out;
  ByteView sealed;  // of a submission, encoded

  void operator()(const Hello& hello) {
    auto to = out.initHello();
    to.setProtocol(hello.protocol);
    to.setSoftware(hello.software);
    to.setTreeSize(hello.tree_size);
  }
  void operator()(const Submission& submission) {
    auto to = out.initSubmit();
    to.setSealed(to_data(sealed));
    to.setOffered(submission.offered);
    to.setOfferedSalt(to_data(submission.offered_salt));
    if (submission.consent.is_zero()) return;
    to.setConsentId(to_data(submission.consent.bytes));
    to.setConsentSalt(to_data(submission.consent_salt));
  }
  void operator()(const SignedRecord& record) {
    auto to = out.initRecord();
    to.setKind(static_cast<std::uint8_t>(record.kind));
    to.setBody(to_data(record.body));
    to.setKeyId(to_data(record.key.bytes));
    to.setSignature(to_data(record.signature));
  }
  void operator()(const Credit& credit) {
    auto to = out.initCredit();
    to.setDeliveries(credit.deliveries);
    to.setTreeSize(credit.tree_size);
  }
  void operator()(const Receipt& receipt) {
    auto to = out.initReceipt();
    to.setBody(to_data(receipt.body));
    put(to.initSignature(), receipt.signature);
  }
  void operator()(const Subscribe& subscribe) { out.initSubscribe().setFrom(subscribe.from); }
};

Error malformed(std::string_view what) {
  return invalid(std::string(what) + " has a field of the wrong size or out of its range");
}

Result<Hello> get_hello(schema::Hello::Reader in) {
  if (in.getProtocol() != kProtocol) return other_protocol(in.getProtocol());
  if (in.getSoftware().size() > kSoftwareBytesMax) return malformed("hello");
  return Hello{in.getProtocol(), in.getSoftware(), in.getTreeSize()};
}

Result<SubmissionView> get_submission(schema::Submission::Reader in) {
  const auto bytes = in.getSealed();
  TRY(sealed, view_sealed({bytes.begin(), bytes.size()}));
  SubmissionView out;
  out.sealed = sealed;
  out.offered = in.getOffered();
  FixedFields fields;
  fields.require(out.offered >> kSlots == 0);
  fields.copy(in.getOfferedSalt(), out.offered_salt);
  fields.copy_optional(in.getConsentId(), out.consent.bytes);
  fields.copy_optional(in.getConsentSalt(), out.consent_salt);
  if (!fields.ok()) return malformed("submission");
  return out;
}

Result<SignedRecord> get_record(schema::SignedRecord::Reader in) {
  SignedRecord out;
  out.kind = static_cast<RecordKind>(in.getKind());
  if (!known(out.kind)) {
    return Error{ErrorCode::kUnsupported, "record has kind " + std::to_string(in.getKind()) +
                                              ", which this program does not know; upgrade it"};
  }
  FixedFields fields;
  fields.require(in.getBody().size() <= limits::kDocumentBytesMax);
  fields.copy_optional(in.getKeyId(), out.key.bytes);
  fields.copy_optional(in.getSignature(), out.signature);
  if (!fields.ok()) return malformed("record");
  out.body = to_bytes(in.getBody());
  return out;
}

Result<Receipt> get_receipt(schema::Receipt::Reader in) {
  Receipt out;
  FixedFields fields;
  fields.require(in.getBody().size() <= kReceiptBytesMax);
  get(in.getSignature(), out.signature, fields);
  if (!fields.ok()) return malformed("receipt");
  out.body = to_bytes(in.getBody());
  return out;
}

template <class T>
Result<ReceivedMessage> framed(std::uint64_t request, Result<T> body) {
  if (!body) return std::move(body).error();
  return ReceivedMessage{request, std::move(body).value()};
}

Result<ReceivedMessage> get_message(schema::ToBroker::Reader in) {
  const std::uint64_t request = in.getRequest();
  switch (in.which()) {
    case schema::ToBroker::HELLO:
      return framed(request, get_hello(in.getHello()));
    case schema::ToBroker::SUBMIT:
      return framed(request, get_submission(in.getSubmit()));
    case schema::ToBroker::RECORD:
      return framed(request, get_record(in.getRecord()));
    case schema::ToBroker::CREDIT:
      return ReceivedMessage{request,
                             Credit{in.getCredit().getDeliveries(), in.getCredit().getTreeSize()}};
    case schema::ToBroker::RECEIPT:
      return framed(request, get_receipt(in.getReceipt()));
    case schema::ToBroker::SUBSCRIBE:
      return ReceivedMessage{request, Subscribe{in.getSubscribe().getFrom()}};
  }
  return Error{ErrorCode::kUnsupported,
               "frame is of a kind that this program does not know; upgrade it"};
}

}  // namespace

void append(Bytes& frame, const ToBroker& message) {
  const auto* submission = std::get_if<Submission>(&message.body);
  const Bytes sealed = submission != nullptr ? encode_sealed(submission->sealed) : Bytes();
  std::size_t words = kSmallMessageWords + words_for(sealed.size());
  if (const auto* record = std::get_if<SignedRecord>(&message.body)) {
    words += words_for(record->body.size());
  }
  MessageInFrame out(frame, words);
  auto root = out.initRoot<schema::ToBroker>();
  root.setRequest(message.request);
  std::visit(Put{root, sealed}, message.body);
  out.finish();
}

Bytes encode(const ToBroker& message) {
  Bytes out;
  append(out, message);
  return out;
}

Result<ReceivedMessage> view_to_broker(ByteView message) {
  SC_CHECK(reinterpret_cast<std::uintptr_t>(message.data()) % sizeof(capnp::word) == 0);
  return read_frame<schema::ToBroker>(message, get_message);
}

Result<ToBroker> decode_to_broker(ByteView frame) {
  // Read where it is whole words; what is copied for that lives no longer than this.
  return read_frame<schema::ToBroker>(frame, [](auto in) -> Result<ToBroker> {
    TRY(received, get_message(in));
    ToBroker out;
    out.request = received.request;
    const auto take = [&](auto& body) -> Status {
      if constexpr (std::is_same_v<std::decay_t<decltype(body)>, SubmissionView>) {
        TRY(sealed, decode_sealed(body.sealed.bytes));
        out.body = Submission{std::move(sealed), body.offered, body.offered_salt, body.consent,
                              body.consent_salt};
      } else {
        out.body = std::move(body);
      }
      return {};
    };
    TRY_OK(std::visit(take, received.body));
    return out;
  });
}

std::uint64_t request_of(ByteView message) {
  const auto read = [](schema::ToBroker::Reader in) {
    return Result<std::uint64_t>(in.getRequest());
  };
  const auto request = read_frame<schema::ToBroker>(message, read);
  return request ? *request : 0;
}

}  // namespace safeconduct::wire
