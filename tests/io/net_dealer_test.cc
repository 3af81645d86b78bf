#include "tests/io/sockets.h"

#include <thread>

using namespace safeconduct;
using namespace safeconduct::io;

TEST_CASE("A curve key pair can be had again from its secret half") {
  const CurveKeys keys = new_curve_keys();
  CHECK(curve_keys_of(keys.secret_key).public_key == keys.public_key);
  CHECK(new_curve_keys().public_key != keys.public_key);
}

TEST_CASE("DealerSocket queues nothing for a broker that is not there and says so") {
  const CurveKeys broker_keys = new_curve_keys();
  GuestList guests;
  std::string endpoint;
  {
    const RouterSocket gone = bound(broker_keys, guests);
    endpoint = gone.endpoint();
  }
  Agent agent(connected_to(endpoint, broker_keys.public_key, new_curve_keys()));
  CHECK(agent.hears(LinkEvent::kUnreachable));
  CHECK_FALSE(agent.socket.connected());
  const Status refused = agent.socket.send(view_of("lost?"));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::kUnavailable);
  for (int i = 0; i < 20; ++i) agent.listen();
  CHECK(agent.events.size() == 1);  // told once, not at every attempt
}

TEST_CASE("DealerSocket reconnects after the broker was restarted and tells each step") {
  GuestList guests;
  const CurveKeys broker_keys = new_curve_keys();
  const CurveKeys keys = new_curve_keys();
  guests.admit(keys, "agency");
  auto broker = std::make_unique<Broker>(bound(broker_keys, guests));
  const std::string endpoint = broker->socket.endpoint();
  Agent agent(connected_to(endpoint, broker_keys.public_key, keys));
  REQUIRE(agent.hears(LinkEvent::kConnected));

  broker.reset();
  REQUIRE(agent.hears(LinkEvent::kUnreachable));
  CHECK(agent.events ==
        std::vector{LinkEvent::kConnected, LinkEvent::kDisconnected, LinkEvent::kUnreachable});
  CHECK_FALSE(agent.socket.send(view_of("x")).has_value());

  broker = std::make_unique<Broker>(bound(broker_keys, guests, quick_bounds(), endpoint));
  agent.events.clear();
  REQUIRE(agent.hears(LinkEvent::kConnected));
  REQUIRE(agent.socket.send(view_of("again")));
  REQUIRE(broker->has(1));
  CHECK(text_in(broker->frames[0].payload) == "again");
}

TEST_CASE("DealerSocket is told that its key is unknown and comes in once it is known") {
  GuestList guests;
  const CurveKeys broker_keys = new_curve_keys();
  const CurveKeys keys = new_curve_keys();
  Broker broker(bound(broker_keys, guests));
  Agent agent(connected_to(broker.socket.endpoint(), broker_keys.public_key, keys));
  REQUIRE(agent.hears(LinkEvent::kUnknownKey));
  CHECK_FALSE(agent.socket.connected());
  CHECK_FALSE(agent.socket.send(view_of("x")).has_value());
  guests.admit(keys, "agency");
  REQUIRE(agent.hears(LinkEvent::kConnected));
  CHECK(agent.events == std::vector{LinkEvent::kUnknownKey, LinkEvent::kConnected});
  REQUIRE(agent.socket.send(view_of("hello")));
  CHECK(broker.has(1));
}

TEST_CASE("DealerSocket does not talk to a broker with another key") {
  GuestList guests;
  const CurveKeys impostor = new_curve_keys();
  const CurveKeys keys = new_curve_keys();
  guests.admit(keys, "agency");
  Broker broker(bound(impostor, guests));
  Agent agent(connected_to(broker.socket.endpoint(), new_curve_keys().public_key, keys));
  CHECK(agent.hears(LinkEvent::kNotTheBroker));
  CHECK_FALSE(agent.socket.connected());
  CHECK_FALSE(agent.socket.send(view_of("x")).has_value());
  CHECK(guests.asked() == 0);
  CHECK(soon([&] { return broker.socket.counters().refused > 0; }));
  for (int i = 0; i < 20; ++i) agent.listen();
  CHECK(agent.events == std::vector{LinkEvent::kNotTheBroker});
}

TEST_CASE("DealerSocket pushes back when the broker takes nothing") {
  GuestList guests;
  const CurveKeys broker_keys = new_curve_keys();
  const CurveKeys keys = new_curve_keys();
  guests.admit(keys, "agency");
  SocketBounds narrow = quick_bounds();
  narrow.queue_frames_max = 4;
  Broker broker(bound(broker_keys, guests, narrow));
  Agent agent(connected_to(broker.socket.endpoint(), broker_keys.public_key, keys, narrow));
  REQUIRE(agent.hears(LinkEvent::kConnected));
  std::size_t sent = 0;
  std::optional<ErrorCode> code;
  REQUIRE(soon([&] {
    const Status status = agent.socket.send(Bytes(200 * 1024, 1));
    if (!status) code = status.error().code;
    return code.has_value() || ++sent > 2000;
  }));
  CHECK(code == ErrorCode::kOverloaded);
  CHECK(broker.has(sent));
  CHECK(agent.socket.send(view_of("more")).has_value());
}

TEST_CASE("A waker ends the wait of an agent from another thread") {
  GuestList guests;
  const CurveKeys broker_keys = new_curve_keys();
  const CurveKeys keys = new_curve_keys();
  guests.admit(keys, "agency");
  Broker broker(bound(broker_keys, guests));
  Agent agent(connected_to(broker.socket.endpoint(), broker_keys.public_key, keys));
  REQUIRE(agent.hears(LinkEvent::kConnected));
  std::thread other([waker = agent.socket.waker()] {
    std::this_thread::sleep_for(50ms);
    waker->wake();
  });
  const auto start = std::chrono::steady_clock::now();
  agent.listen(seconds(20));
  CHECK(std::chrono::steady_clock::now() - start < 10s);
  other.join();
}

TEST_CASE("DealerSocket says why it cannot connect to what is no endpoint") {
  DealerOptions options;
  options.endpoint = "broker.example";
  options.keys = new_curve_keys();
  const auto wrong = DealerSocket::connect(std::move(options));
  REQUIRE_FALSE(wrong);
  CHECK(wrong.error().code == ErrorCode::kInvalid);
}
