#include "schemas/wire/envelope.h"

namespace safeconduct::wire {
namespace {

constexpr std::size_t kSoftwareBytesMax = 64;
constexpr std::size_t kReceiptBytesMax = 256;

struct Put {
  schema::ToBroker::Builder out;

  void operator()(const Hello& hello) {
    auto to = out.initHello();
    to.setProtocol(hello.protocol);
    to.setSoftware(hello.software);
    to.setTreeSize(hello.tree_size);
  }
  void operator()(const Submission& submission) {
    auto to = out.initSubmit();
    put(to.initSealed(), submission.sealed);
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

Result<Submission> get_submission(schema::Submission::Reader in) {
  TRY(sealed, get(in.getSealed()));
  Submission out;
  out.sealed = std::move(sealed);
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
Result<ToBroker> framed(std::uint64_t request, Result<T> body) {
  if (!body) return std::move(body).error();
  return ToBroker{request, std::move(body).value()};
}

Result<ToBroker> get_frame(schema::ToBroker::Reader in) {
  const std::uint64_t request = in.getRequest();
  switch (in.which()) {
    case schema::ToBroker::HELLO:
      return framed(request, get_hello(in.getHello()));
    case schema::ToBroker::SUBMIT:
      return framed(request, get_submission(in.getSubmit()));
    case schema::ToBroker::RECORD:
      return framed(request, get_record(in.getRecord()));
    case schema::ToBroker::CREDIT:
      return ToBroker{request,
                      Credit{in.getCredit().getDeliveries(), in.getCredit().getTreeSize()}};
    case schema::ToBroker::RECEIPT:
      return framed(request, get_receipt(in.getReceipt()));
    case schema::ToBroker::SUBSCRIBE:
      return ToBroker{request, Subscribe{in.getSubscribe().getFrom()}};
  }
  return Error{ErrorCode::kUnsupported,
               "frame is of a kind that this program does not know; upgrade it"};
}

}  // namespace

Bytes encode(const ToBroker& frame) {
  const auto* submission = std::get_if<Submission>(&frame.body);
  capnp::MallocMessageBuilder message(kSmallFrameWords +
                                      (submission != nullptr ? words_of(submission->sealed) : 0));
  auto root = message.initRoot<schema::ToBroker>();
  root.setRequest(frame.request);
  std::visit(Put{root}, frame.body);
  return flatten(message);
}

Result<ToBroker> decode_to_broker(ByteView frame) {
  return read_frame<schema::ToBroker>(frame, get_frame);
}

}  // namespace safeconduct::wire
