// Frames that a hostile peer makes by hand: too long, too deep, pointing where they should not.
#include <capnp/any.h>
#include <capnp/message.h>
#include <capnp/serialize.h>

#include <catch2/catch.hpp>

#include "schemas/base/limits.h"
#include "schemas/wire/frame.h"
#include "schemas/wire/header.h"
#include "schemas/wire/safeconduct.capnp.h"
#include "schemas/wire/sealed_view.h"
#include "tests/wire/examples.h"
#include "tests/wire/refused.h"

using namespace safeconduct;
using namespace safeconduct::wire;

namespace {

template <class Root>
struct Forged {
  capnp::MallocMessageBuilder message;
  typename Root::Builder root = message.initRoot<Root>();

  Bytes bytes() {
    const auto words = capnp::messageToFlatArray(message);
    const auto raw = words.asBytes();
    return {raw.begin(), raw.end()};
  }
};

capnp::AnyStruct::Builder any(auto builder) {
  return capnp::AnyStruct::Builder(kj::mv(builder));
}

capnp::Data::Reader zeros(std::size_t size) {
  static const Bytes block(1024 * 1024);
  return {block.data(), size};
}

capnp::Data::Reader as_data(const Bytes& bytes) {
  return {bytes.data(), bytes.size()};
}

template <class Bend>
auto bent_submission(Bend bend) {
  static const Bytes valid = encode_sealed(example_sealed());
  Forged<schema::ToBroker> frame;
  auto submit = frame.root.initSubmit();
  submit.setSealed(as_data(valid));
  submit.setOfferedSalt(zeros(32));
  bend(submit);
  return decode_to_broker(frame.bytes());
}

// Where the parts of a sealed message lie: FORMATS.md, "Sealed message".
constexpr std::size_t kHeaderAt = 1 + 38 * 32 + 32 + 32 + 289;

std::uint64_t word_at(const Bytes& bytes, std::size_t index) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes.data() + index * 8, 8);
  return word;
}
void set_word(Bytes& bytes, std::size_t index, std::uint64_t word) {
  std::memcpy(bytes.data() + index * 8, &word, 8);
}
// A list pointer to bytes, so many words on.
std::uint64_t bytes_pointer(std::int64_t words_on, std::uint64_t count) {
  return (static_cast<std::uint64_t>(words_on) << 2 & 0xFFFFFFFFu) | 1 | 2ull << 32 | count << 35;
}
bool is_bytes_pointer(std::uint64_t word, std::uint64_t count) {
  return (word & 3) == 1 && (word >> 32) == (2 | count << 3);
}

}  // namespace

TEST_CASE("A sealed message whose fields have other sizes is refused") {
  const auto changed = [](auto change) {
    Sealed sealed = example_sealed();
    change(sealed);
    const Bytes bytes = encode_sealed(sealed);
    return bent_submission([&](schema::Submission::Builder s) { s.setSealed(as_data(bytes)); });
  };
  const auto with_byte = [](std::size_t at, std::uint8_t byte) {
    Bytes bytes = encode_sealed(example_sealed());
    bytes.at(at) = byte;
    return bent_submission([&](schema::Submission::Builder s) { s.setSealed(as_data(bytes)); });
  };
  REQUIRE(bent_submission([](schema::Submission::Builder) {}));
  const std::string_view size = "sealed message is truncated or malformed";
  const std::string_view slot = "sealed message has an unknown or misplaced slot";
  const std::size_t count_at = kHeaderAt + 4 + example_sealed().header.size();
  REQUIRE(encode_sealed(example_sealed()).at(count_at) == 2);
  check_invalid(changed([](Sealed& s) { s.header.resize(513); }), size);
  check_invalid(with_byte(kHeaderAt, 1), size);
  check_invalid(with_byte(count_at, 3), size);
  check_invalid(with_byte(count_at, 1), "sealed message has bytes after its end");
  check_invalid(with_byte(count_at, 39), slot);
  check_invalid(changed([](Sealed& s) { s.slots[0].number = 38; }), slot);
  check_invalid(changed([](Sealed& s) { s.slots[1].number = 1; }), slot);
  check_invalid(changed([](Sealed& s) { s.slots[1].number = 0; }), slot);
  check_invalid(changed([](Sealed& s) {
                  s.slots[0].ciphertext.resize(2 * limits::kSlotPlaintextBytesMax + 1);
                }),
                size);
  check_invalid(with_byte(0, 0), slot);
  CHECK(with_byte(0, 2).error().code == ErrorCode::kUnsupported);
}

TEST_CASE("What is not kept is gone from a sealed message, and the rest is untouched") {
  const Bytes whole = encode_sealed(example_sealed());
  const SealedView view = view_sealed(whole).value();
  CHECK(slots_of(view) == (std::uint64_t{1} << 1 | std::uint64_t{1} << 37));
  CHECK(only_kept(view, ~std::uint64_t{0}) == whole);
  Sealed expected = example_sealed();
  expected.slots.erase(expected.slots.begin());
  CHECK(decode_sealed(only_kept(view, std::uint64_t{1} << 37)).value() == expected);
  expected.slots.clear();
  CHECK(decode_sealed(only_kept(view, 0)).value() == expected);
}

TEST_CASE("The sender's number is read from a message that cannot be read otherwise") {
  Forged<schema::ToBroker> frame;
  frame.root.setRequest(77);
  frame.root.initSubmit();
  const Bytes bytes = frame.bytes();
  REQUIRE_FALSE(decode_to_broker(bytes));
  CHECK(request_of(bytes) == 77);
  CHECK(request_of(ByteView(bytes).first(8)) == 0);
  CHECK(request_of({}) == 0);
}

TEST_CASE("A submission or record out of its bounds is refused") {
  using Submission = schema::Submission::Builder;
  const std::string_view words = "submission has a field of the wrong size or out of its range";
  check_invalid(bent_submission([](Submission s) { s.setOffered(1ull << 38); }), words);
  check_invalid(bent_submission([](Submission s) { s.setOfferedSalt(zeros(0)); }), words);
  check_invalid(bent_submission([](Submission s) { s.setConsentId(zeros(15)); }), words);

  Forged<schema::ToBroker> hello;
  hello.root.initHello().setProtocol(kProtocol);
  hello.root.getHello().setSoftware(std::string(65, 'x'));
  check_invalid(decode_to_broker(hello.bytes()), "hello has a field");

  Forged<schema::ToBroker> record;
  record.root.initRecord().setKind(1);
  record.root.getRecord().setBody(zeros(limits::kDocumentBytesMax + 1));
  check_invalid(decode_to_broker(record.bytes()), "record has a field");

  Forged<schema::ToBroker> receipt;
  receipt.root.initReceipt().setBody(zeros(257));
  check_invalid(decode_to_broker(receipt.bytes()), "receipt has a field");
}

TEST_CASE("An answer out of its bounds is refused") {
  const std::string_view words = "frame from the broker has a field of the wrong size";
  Forged<schema::ToAgent> feed;
  feed.root.initFeed().initEntries(limits::kFeedEntriesMax + 1);
  check_invalid(decode_to_agent(feed.bytes()), words);

  Forged<schema::ToAgent> parts;
  parts.root.initFeed().initEntries(1)[0].initParts(6);
  check_invalid(decode_to_agent(parts.bytes()), words);

  Forged<schema::ToAgent> path;
  path.root.initFeed().initEntries(1)[0].initInclusion(65);
  check_invalid(decode_to_agent(path.bytes()), words);

  Forged<schema::ToAgent> note;
  note.root.initCheckpoint().setNote(zeros(16 * 1024 + 1));
  check_invalid(decode_to_agent(note.bytes()), words);

  Forged<schema::ToAgent> problem;
  problem.root.initProblem().setMessage(std::string(1025, 'x'));
  check_invalid(decode_to_agent(problem.bytes()), words);

  Forged<schema::ToAgent> code;
  code.root.initProblem().setCode(11);
  check_invalid(decode_to_agent(code.bytes()), words);
}

TEST_CASE("A frame above the limit, or of half a word, is refused unread") {
  const std::string_view words = "frame is too long or not a whole number of words";
  check_invalid(decode_to_broker(Bytes(limits::kFrameBytesMax + 8)), words);
  check_invalid(decode_to_broker(Bytes(15)), words);
  check_invalid(decode_to_broker(Bytes{}), "frame is not a well-formed message");
}

TEST_CASE("A list of nothing, as long as one likes, does not blow up in the reader") {
  Forged<schema::ToAgent> feed;
  any(feed.root.initFeed()).getPointerSection()[0].initAs<capnp::List<capnp::Void>>(1u << 28);
  const Bytes bytes = feed.bytes();
  CHECK(bytes.size() < 100);
  CHECK_FALSE(decode_to_agent(bytes));
}

TEST_CASE("Many fields that point at the same bytes run into the traversal bound") {
  constexpr std::uint64_t kBig = 200'000;
  Forged<schema::ToAgent> frame;
  auto entries = frame.root.initFeed().initEntries(20);
  for (unsigned i = 0; i < entries.size(); ++i) {
    auto part = entries[i].initParts(1)[0];
    part.setSalt(zeros(32));
    part.setBytes(zeros(i == 0 ? kBig : 1));
  }
  Bytes bytes = frame.bytes();
  REQUIRE(decode_to_agent(bytes));
  std::size_t big_at = 0;
  std::size_t small = 0;
  const std::size_t words = bytes.size() / 8;
  for (std::size_t i = 1; i < words; ++i) {
    if (!is_bytes_pointer(word_at(bytes, i), kBig)) continue;
    const auto offset = static_cast<std::int32_t>(word_at(bytes, i) & 0xFFFFFFFFu) >> 2;
    big_at = i + 1 + static_cast<std::size_t>(offset);
  }
  REQUIRE(big_at != 0);
  for (std::size_t i = 1; i < words; ++i) {
    if (!is_bytes_pointer(word_at(bytes, i), 1)) continue;
    const auto on = static_cast<std::int64_t>(big_at) - static_cast<std::int64_t>(i) - 1;
    set_word(bytes, i, bytes_pointer(on, kBig));
    ++small;
  }
  REQUIRE(small == 19);  // now 20 times 200,000 bytes out of a frame of 205,000
  check_invalid(decode_to_agent(bytes), "frame is not a well-formed message");
}

TEST_CASE("Pointers to themselves, to the root and past the end crash nothing") {
  const auto bend = [](const Bytes& valid, auto decode) {
    std::size_t refused = 0;
    for (std::size_t i = 1; i < valid.size() / 8; ++i) {
      const auto back = -static_cast<std::int64_t>(i);
      const std::uint64_t pointers[] = {
          0xFFFFFFFCull | 1ull << 32 | 9ull << 48,                             // struct: itself
          (static_cast<std::uint64_t>(back) << 2 & 0xFFFFFFFFu) | 9ull << 48,  // struct: the root
          bytes_pointer(-1, 1u << 20),                                         // bytes: itself
          bytes_pointer(1 << 20, 32),                                          // past the end
          0xFFFFFFFDull | 7ull << 32 | 64ull << 35,  // list of structs: itself
          2,                                         // far
          6 | 5ull << 32,                            // double far
      };
      for (const std::uint64_t word : pointers) {
        Bytes changed = valid;
        set_word(changed, i, word);
        refused += decode(changed) ? 0 : 1;
      }
    }
    return refused;
  };
  for (const ToBroker& frame : frames_to_broker()) CHECK(bend(encode(frame), decode_to_broker) > 0);
  for (const ToAgent& frame : frames_to_agent()) CHECK(bend(encode(frame), decode_to_agent) > 0);
}

TEST_CASE("A kind of frame, of record or a version that is not known is unsupported") {
  Forged<schema::ToBroker> to_broker;
  to_broker.root.initCredit();
  any(to_broker.root).getDataSection()[8] = 99;
  CHECK(decode_to_broker(to_broker.bytes()).error().code == ErrorCode::kUnsupported);

  Forged<schema::ToAgent> to_agent;
  to_agent.root.initCheckpoint();
  bool found = false;
  auto fields = any(to_agent.root).getDataSection();
  for (std::size_t i = 8; i < fields.size() && !found; ++i) {
    if (fields[i] != 5) continue;  // checkpoint's place in the union
    fields[i] = 99;
    found = true;
  }
  REQUIRE(found);
  CHECK(decode_to_agent(to_agent.bytes()).error().code == ErrorCode::kUnsupported);

  Forged<schema::ToBroker> record;
  record.root.initRecord().setKind(6);
  const auto unknown = decode_to_broker(record.bytes());
  CHECK(unknown.error().code == ErrorCode::kUnsupported);
  CHECK(unknown.error().message.find("record has kind 6") == 0);

  ToBroker hello{1, Hello{2, "safeconduct 9", 0}};
  CHECK(decode_to_broker(encode(hello)).error().code == ErrorCode::kUnsupported);
  ToAgent welcome{1, Welcome{2, {}, {}}};
  CHECK(decode_to_agent(encode(welcome)).error().code == ErrorCode::kUnsupported);
}

TEST_CASE("A header, record or suite of another version is unsupported, not malformed") {
  const auto with_version = [](Bytes bytes, std::string_view label) {
    bytes[label.size() + 1] = 2;
    return bytes;
  };
  const auto header =
      decode_header(with_version(encode(example_header()), "safeconduct/1 header body"));
  CHECK(header.error().code == ErrorCode::kUnsupported);
  Header other = example_header();
  other.suite = 2;
  CHECK(decode_header(encode(other)).error().code == ErrorCode::kUnsupported);
  CHECK(decode_consent(with_version(encode(example_consent()), "safeconduct/1 consent"))
            .error()
            .message.find("consent record has version `2`") == 0);
  CHECK(decode_withdrawal(with_version(encode(example_withdrawal()), "safeconduct/1 withdrawal"))
            .error()
            .code == ErrorCode::kUnsupported);
  CHECK(decode_sealing_card(with_version(encode(example_card()), "safeconduct/1 sealing card"))
            .error()
            .code == ErrorCode::kUnsupported);
  CHECK(decode_receipt(with_version(encode(example_receipt()), "safeconduct/1 receipt"))
            .error()
            .code == ErrorCode::kUnsupported);
}
