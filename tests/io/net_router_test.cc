#include "tests/io/sockets.h"

#include <thread>

using namespace safeconduct;
using namespace safeconduct::io;

TEST_CASE("A known agency and the broker exchange frames") {
  GuestList guests;
  const CurveKeys broker_keys = new_curve_keys();
  const CurveKeys shelter = new_curve_keys();
  guests.admit(shelter, "shelter.north");
  Broker broker(bound(broker_keys, guests));
  Agent agent(connected_to(broker.socket.endpoint(), broker_keys.public_key, shelter));
  REQUIRE(agent.hears(LinkEvent::kConnected));
  CHECK(agent.socket.connected());
  CHECK(agent.events.size() == 1);

  REQUIRE(agent.socket.send(view_of("hello")));
  REQUIRE(broker.has(1));
  CHECK(broker.frames[0].agency == "shelter.north");
  CHECK(text_in(broker.frames[0].payload) == "hello");

  REQUIRE(broker.socket.send(broker.frames[0].routing_id, view_of("copied")));
  Bytes moved = to_bytes("moved");
  REQUIRE(broker.socket.send(broker.frames[0].routing_id, std::move(moved)));
  REQUIRE(soon([&] { return agent.listen(), agent.frames.size() == 2; }));
  CHECK(text_in(agent.frames[0]) == "copied");
  CHECK(text_in(agent.frames[1]) == "moved");
  CHECK(broker.socket.counters().connected == 1);
  CHECK(broker.socket.counters().refused == 0);
}

TEST_CASE("RouterSocket tells apart who is on which connection") {
  GuestList guests;
  const CurveKeys broker_keys = new_curve_keys();
  const CurveKeys first = new_curve_keys();
  const CurveKeys second = new_curve_keys();
  guests.admit(first, "first");
  guests.admit(second, "second");
  Broker broker(bound(broker_keys, guests));
  Agent one(connected_to(broker.socket.endpoint(), broker_keys.public_key, first));
  Agent two(connected_to(broker.socket.endpoint(), broker_keys.public_key, second));
  REQUIRE(one.hears(LinkEvent::kConnected));
  REQUIRE(two.hears(LinkEvent::kConnected));
  REQUIRE(one.socket.send(view_of("from first")));
  REQUIRE(two.socket.send(view_of("from second")));
  REQUIRE(broker.has(2));
  for (const RouterFrame& frame : broker.frames) {
    CHECK(text_in(frame.payload) == "from " + frame.agency);
    REQUIRE(broker.socket.send(frame.routing_id, view_of("to " + frame.agency)));
  }
  REQUIRE(soon([&] { return one.listen(), !one.frames.empty(); }));
  REQUIRE(soon([&] { return two.listen(), !two.frames.empty(); }));
  CHECK(text_in(one.frames[0]) == "to first");
  CHECK(text_in(two.frames[0]) == "to second");
}

TEST_CASE("A frame of the largest size arrives and one byte more ends the connection") {
  GuestList guests;
  const CurveKeys broker_keys = new_curve_keys();
  const CurveKeys keys = new_curve_keys();
  guests.admit(keys, "agency");
  SocketBounds small = quick_bounds();
  small.frame_bytes_max = 1000;
  Broker broker(bound(broker_keys, guests, small));
  Agent agent(connected_to(broker.socket.endpoint(), broker_keys.public_key, keys));
  REQUIRE(agent.hears(LinkEvent::kConnected));
  REQUIRE(agent.socket.send(Bytes(1000, 7)));
  REQUIRE(broker.has(1));
  CHECK(broker.frames[0].payload.view().size() == 1000);
  REQUIRE(agent.socket.send(Bytes(1001, 7)));
  CHECK(agent.hears(LinkEvent::kDisconnected));
  broker.listen(milliseconds(200));
  CHECK(broker.frames.size() == 1);
  REQUIRE(soon([&] { return broker.listen(), broker.socket.counters().disconnected > 0; }));
}

TEST_CASE("RouterSocket pushes back when a peer takes nothing, and gives the payload back") {
  GuestList guests;
  const CurveKeys broker_keys = new_curve_keys();
  const CurveKeys keys = new_curve_keys();
  guests.admit(keys, "agency");
  SocketBounds narrow = quick_bounds();
  narrow.queue_frames_max = 4;
  Broker broker(bound(broker_keys, guests, narrow));
  Agent agent(connected_to(broker.socket.endpoint(), broker_keys.public_key, keys, narrow));
  REQUIRE(agent.hears(LinkEvent::kConnected));
  REQUIRE(agent.socket.send(view_of("here")));
  REQUIRE(broker.has(1));
  const Bytes& peer = broker.frames[0].routing_id;

  std::size_t sent = 0;
  Bytes frame(200 * 1024, 1);
  const bool pushed_back = soon([&] {
    const Status status = broker.socket.send(peer, std::move(frame));
    if (status) return ++sent, frame = Bytes(200 * 1024, 1), sent > 2000;
    return status.error().code == ErrorCode::kOverloaded;
  });
  REQUIRE(pushed_back);
  CHECK(sent < 2000);
  CHECK(frame.size() == 200 * 1024);
  // The peer reads: there is room again and nothing of what was taken is lost.
  REQUIRE(
      soon([&] { return agent.listen(), broker.socket.send(peer, view_of("last")).has_value(); }));
  REQUIRE(soon([&] { return agent.listen(), agent.frames.size() == sent + 1; }));
  CHECK(text_in(agent.frames.back()) == "last");
}

TEST_CASE("RouterSocket says when a connection is gone") {
  GuestList guests;
  const CurveKeys broker_keys = new_curve_keys();
  const CurveKeys keys = new_curve_keys();
  guests.admit(keys, "agency");
  Broker broker(bound(broker_keys, guests));
  {
    Agent agent(connected_to(broker.socket.endpoint(), broker_keys.public_key, keys));
    REQUIRE(agent.hears(LinkEvent::kConnected));
    REQUIRE(agent.socket.send(view_of("here")));
    REQUIRE(broker.has(1));
  }
  std::optional<ErrorCode> code;
  CHECK(soon([&] {
    broker.listen();
    const Status status = broker.socket.send(broker.frames[0].routing_id, view_of("x"));
    if (!status) code = status.error().code;
    return code.has_value();
  }));
  CHECK(code == ErrorCode::kUnavailable);
  CHECK(soon([&] { return broker.socket.counters().disconnected == 1; }));
}

TEST_CASE("RouterSocket takes no more at once than its bounds") {
  GuestList guests;
  const CurveKeys broker_keys = new_curve_keys();
  const CurveKeys keys = new_curve_keys();
  guests.admit(keys, "agency");
  Broker broker(bound(broker_keys, guests));
  Agent agent(connected_to(broker.socket.endpoint(), broker_keys.public_key, keys));
  REQUIRE(agent.hears(LinkEvent::kConnected));
  for (int i = 0; i < 20; ++i) REQUIRE(agent.socket.send(Bytes(100, 1)));
  std::this_thread::sleep_for(300ms);
  ReceiveBounds by_count;
  by_count.frames_max = 5;
  CHECK(*broker.socket.receive(seconds(1), by_count, broker.frames) == 5);
  ReceiveBounds by_bytes;
  by_bytes.bytes_max = 250;
  CHECK(*broker.socket.receive(seconds(1), by_bytes, broker.frames) == 3);
  CHECK(broker.has(20));
}

TEST_CASE("A waker ends the wait of a socket from another thread, once") {
  GuestList guests;
  const CurveKeys broker_keys = new_curve_keys();
  Broker broker(bound(broker_keys, guests));
  const auto waker = broker.socket.waker();
  std::thread other([waker] {
    std::this_thread::sleep_for(50ms);
    waker->wake();
    waker->wake();
  });
  const auto start = std::chrono::steady_clock::now();
  CHECK(*broker.socket.receive(seconds(20), {}, broker.frames) == 0);
  CHECK(std::chrono::steady_clock::now() - start < 10s);
  other.join();
  (void)broker.socket.receive(milliseconds(0), {}, broker.frames);
  const auto again = std::chrono::steady_clock::now();
  CHECK(*broker.socket.receive(milliseconds(150), {}, broker.frames) == 0);
  CHECK(std::chrono::steady_clock::now() - again >= 140ms);
}

TEST_CASE("RouterSocket says why it cannot listen") {
  GuestList guests;
  const CurveKeys keys = new_curve_keys();
  RouterSocket first = bound(keys, guests);
  const Door nobody = [](const ByteArray<32>&) { return std::nullopt; };
  const auto taken = RouterSocket::bind({first.endpoint(), copy_of(keys), {}, 1}, nobody);
  REQUIRE_FALSE(taken);
  CHECK(taken.error().code == ErrorCode::kUnavailable);
  CHECK(says(taken.error(), "the address is in use"));
  const auto wrong = RouterSocket::bind({"127.0.0.1", copy_of(keys), {}, 1}, nobody);
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == ErrorCode::kInvalid);
}
