// Several messages in one frame: what is put in comes out, and a hostile frame is refused.
#include <capnp/any.h>
#include <capnp/message.h>
#include <capnp/serialize.h>

#include <catch2/catch.hpp>

#include "schemas/base/limits.h"
#include "schemas/wire/frame.h"
#include "tests/wire/examples.h"
#include "tests/wire/refused.h"

using namespace safeconduct;
using namespace safeconduct::wire;

TEST_CASE("A frame gives back the messages that were put into it, in their order") {
  FrameWriter writer;
  const auto messages = frames_to_agent();
  for (const ToAgent& message : messages) writer.add(message);
  const Sealed sealed = example_sealed();
  const auto& delivery = std::get<Delivery>(messages.at(3).body);
  writer.add_delivery(encode_sealed(sealed), delivery.entry);
  REQUIRE(writer.ready().empty());
  const Bytes frame = writer.take();
  REQUIRE(writer.empty());
  const auto parts = messages_in(frame).value();
  REQUIRE(parts.size() == messages.size() + 1);
  for (std::size_t i = 0; i < messages.size(); ++i) {
    CHECK(decode_to_agent(parts[i]).value() == messages[i]);
  }
  CHECK(decode_to_agent(parts.back()).value().body == messages.at(3).body);
}

TEST_CASE("A frame is sent when it is full, and a long message travels alone") {
  FrameWriter writer;
  std::vector<std::size_t> counts;
  const auto send = [&](Bytes frame) {
    CHECK(frame.size() <= limits::kFrameBytesMax);
    counts.push_back(messages_in(frame).value().size());
  };
  const auto add = [&](std::size_t bytes) {
    writer.add(ToBroker{0, SignedRecord{RecordKind::kConsent, Bytes(bytes), {}, {}}});
    for (Bytes frame = writer.ready(); !frame.empty(); frame = writer.ready()) send(frame);
  };
  for (std::size_t i = 0; i < kMessagesPerFrameMax; ++i) add(8);
  CHECK(counts == std::vector<std::size_t>{kMessagesPerFrameMax});
  add(8);
  add(8);
  add(limits::kDocumentBytesMax);
  CHECK(counts == std::vector<std::size_t>{kMessagesPerFrameMax, 2, 1});
  CHECK(writer.empty());
  add(8);
  send(writer.take());
  CHECK(counts.back() == 1);
}

TEST_CASE("A frame that is not made of whole messages is refused") {
  const std::string_view words = "frame is not made of whole messages";
  const Bytes one = encode(frames_to_broker().at(3));
  check_invalid(messages_in({}), words);
  for (std::size_t size = 1; size < one.size(); ++size) {
    check_invalid(messages_in(ByteView(one).first(size)), words);
  }
  Bytes two = one;
  two.insert(two.end(), one.begin(), one.end() - 8);
  check_invalid(messages_in(two), words);
  Bytes many;
  for (std::size_t i = 0; i <= kMessagesPerFrameMax; ++i) {
    many.insert(many.end(), one.begin(), one.end());
  }
  check_invalid(messages_in(many), "frame holds more than 64 messages");
  Bytes segments = one;
  segments[2] = 0xff;
  check_invalid(messages_in(segments), words);
}

// A message whose body lies in segments of a few words each, as another builder may lay it out.
Bytes in_segments(std::size_t texts) {
  capnp::MallocMessageBuilder message(1, capnp::AllocationStrategy::FIXED_SIZE);
  auto list = message.initRoot<capnp::AnyPointer>().initAs<capnp::List<capnp::Text>>(
      static_cast<unsigned>(texts));
  for (unsigned i = 0; i < texts; ++i) list.set(i, std::string(64, 'x'));
  const auto words = capnp::messageToFlatArray(message);
  return {words.asBytes().begin(), words.asBytes().end()};
}

TEST_CASE("A message of any number of segments is taken out of a frame whole") {
  for (std::size_t texts = 0; texts < 8; ++texts) {
    const Bytes one = in_segments(texts);
    INFO(one.at(0) + 1 << " segments");
    Bytes frame = one;
    const Bytes next = encode(frames_to_broker().at(3));
    frame.insert(frame.end(), next.begin(), next.end());
    const auto parts = messages_in(frame).value();
    REQUIRE(parts.size() == 2);
    CHECK(to_bytes(parts.front()) == one);
    for (std::size_t size = 1; size < one.size(); ++size) {
      const Bytes cut(one.begin(), one.begin() + static_cast<std::ptrdiff_t>(size));
      check_invalid(messages_in(cut), "frame is not made of whole messages");
    }
  }
}
