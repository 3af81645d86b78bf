// Bad input on the wire: whatever comes, the sender is told in plain words what is wrong, others
// are served on, and what was in force stays so.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <random>

#include "schemas/io/file.h"
#include "schemas/wire/parts.h"
#include "tests/broker/scene.h"

using namespace safeconduct;
using namespace safeconduct::rig;
using policies::Purpose;
using wire::Verdict;

namespace {

// A referral goes through, from submission to receipt.
void serves(Scene& scene) {
  const auto sealed = seal_draft(scene.network, scene.draft_with_consent());
  CHECK(scene.bridge.submit(sealed).admitted);
  scene.haven.credit(1);
  const auto delivery = scene.haven.expect<wire::Delivery>();
  CHECK(wire::decode_header(delivery.sealed.header)->message_id == sealed.header.message_id);
  scene.haven.acknowledge(delivery);
}

wire::Problem problem_with(Client& client, ByteView frame) {
  client.send_raw(frame);
  return client.expect<wire::Problem>();
}

wire::Problem problem_with(Client& client, const wire::SignedRecord& record) {
  const auto answer = client.answer_to(client.send({0, record}));
  const auto* problem = std::get_if<wire::Problem>(&answer.body);
  REQUIRE(problem != nullptr);
  return *problem;
}

std::uint8_t verdict_of(Client& client, const Sealed& sealed) {
  const auto decided = client.submit(sealed);
  const auto part = wire::decode_sender(decided.sender_part).value();
  CHECK(decided.admitted == (part.verdict == 0));
  return part.verdict;
}

// A plain TCP connection to the broker's port; what comes back until it is closed or `wait` is
// over.
class PlainConnection {
 public:
  explicit PlainConnection(const std::string& endpoint) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port =
        htons(static_cast<std::uint16_t>(std::stoi(endpoint.substr(endpoint.rfind(':') + 1))));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(fd_.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
    timeval wait{1, 0};
    ::setsockopt(fd_.get(), SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  }
  void send(ByteView bytes) { (void)!::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  [[nodiscard]] Bytes answer() {
    Bytes out;
    std::uint8_t buffer[4096];
    for (;;) {
      const auto got = ::recv(fd_.get(), buffer, sizeof buffer, 0);
      if (got <= 0) return out;
      out.insert(out.end(), buffer, buffer + got);
    }
  }

 private:
  io::FileDescriptor fd_;
};

// ZMTP 3.0 greeting: signature, version, mechanism, as-server, filler (ZeroMQ RFC 23).
Bytes greeting(std::string_view mechanism) {
  Bytes out = {0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 0};
  out.insert(out.end(), mechanism.begin(), mechanism.end());
  out.resize(64);
  return out;
}
constexpr std::size_t kGreetingBytes = 64;

}  // namespace

TEST_CASE("Malformed frames are answered with a sentence, and the broker serves on") {
  Scene scene;
  const auto sealed = seal_draft(scene.network, scene.draft_with_consent());
  const Bytes good = wire::encode(wire::ToBroker{7, sealed.submission});
  for (const std::size_t size : {std::size_t{1}, std::size_t{8}, std::size_t{16},
                                 good.size() / 2 / 8 * 8, good.size() - 8, good.size() - 1}) {
    INFO("cut to " << size << " of " << good.size());
    const auto problem = problem_with(scene.bridge, ByteView(good).first(size));
    CHECK((problem.code == ErrorCode::kInvalid || problem.code == ErrorCode::kUnauthentic));
    CHECK_FALSE(problem.message.empty());
  }
  Bytes unknown = wire::encode(wire::ToBroker{7, wire::Subscribe{0}});
  unknown.at(24) = 99;  // the frame's kind: after segment table, root pointer and request
  const auto problem = problem_with(scene.bridge, unknown);
  CHECK(problem.code == ErrorCode::kUnsupported);
  CHECK_THAT(problem.message, Catch::Contains("upgrade"));
  serves(scene);
}

TEST_CASE("A message that cannot be read is answered under its sender's number") {
  Scene scene;
  Bytes unknown = wire::encode(wire::ToBroker{4711, wire::Subscribe{0}});
  unknown.at(24) = 99;
  scene.bridge.send_raw(unknown);
  const auto answer = scene.bridge.answer_to(4711);
  CHECK(std::get<wire::Problem>(answer.body).code == ErrorCode::kUnsupported);
}

TEST_CASE("Several messages in one frame are each taken and answered") {
  Scene scene;
  wire::FrameWriter frame;
  for (std::uint64_t request = 901; request < 905; ++request) {
    const auto sealed = seal_draft(scene.network, scene.draft_with_consent());
    frame.add(wire::ToBroker{request, sealed.submission});
  }
  Bytes unknown = wire::encode(wire::ToBroker{905, wire::Subscribe{0}});
  unknown.at(24) = 99;
  frame.add_encoded(unknown);
  REQUIRE(frame.ready().empty());
  scene.bridge.send_raw(frame.take());
  std::uint64_t before = 0;
  for (std::uint64_t request = 901; request < 905; ++request) {
    const auto decided = std::get<wire::Decided>(scene.bridge.answer_to(request).body);
    CHECK(decided.admitted);
    CHECK(decided.position > before);
    before = decided.position;
  }
  CHECK(std::holds_alternative<wire::Problem>(scene.bridge.answer_to(905).body));
}

TEST_CASE("A frame changed at random is refused or means something else, and never stops it") {
  Scene scene;
  const std::uint64_t seed = seed_of("changed frames");
  std::mt19937_64 random(seed);
  const auto sealed = seal_draft(scene.network, scene.draft_with_consent());
  // Made before: a changed frame's answer may carry the number of any later request.
  const auto afterwards = seal_draft(scene.network, scene.draft_with_consent());
  const std::vector<Bytes> good = {
      wire::encode(wire::ToBroker{7, sealed.submission}),
      wire::encode(wire::ToBroker{7, wire::Hello{wire::kProtocol, "rig", 0}}),
      wire::encode(wire::ToBroker{7, wire::Subscribe{0}}),
      wire::encode(wire::ToBroker{
          7, signed_record(scene.bridge.agency(), wire::RecordKind::kConsent, Bytes(64, 1))})};
  for (int round = 0; round < (long_form() ? 20'000 : 800); ++round) {
    Bytes frame = good[random() % good.size()];
    for (std::uint64_t i = 0, n = 1 + random() % 8; i < n; ++i) {
      // Pointers stand in front: there the harm is.
      const std::size_t reach =
          random() % 2 == 0 ? frame.size() : std::min<std::size_t>(frame.size(), 160);
      frame[random() % reach] = static_cast<std::uint8_t>(random());
    }
    scene.bridge.send_raw(frame);
    if (round % 100 == 0) scene.bridge.comes<wire::Delivery>(milliseconds(20));  // drain
  }
  CHECK(scene.broker.process().running());
  Client again(scene.network, "bridge", scene.broker.endpoint());
  again.join();
  CHECK(again.submit(afterwards).admitted);
}

TEST_CASE("A flood of garbage is coalesced in the log, and others are served meanwhile") {
  Scene scene;
  SystemRandom random;
  Bytes garbage(512);
  for (int i = 0; i < 3000; ++i) {
    random.fill(garbage);
    scene.bridge.send_raw(garbage);
    if (i == 1500) {
      Client stmary(scene.network, "stmary", scene.broker.endpoint());
      stmary.join();
    }
  }
  serves(scene);
  REQUIRE(scene.broker.stop() == 0);
  const auto entries = entries_of(scene.broker.store());
  CHECK(refusals_in(entries).size() == 1);
  CHECK(entries.size() < 30);
}

TEST_CASE("An oversized frame ends its connection only; the agency comes back and is served") {
  Scene scene;
  const Bytes large(limits::kFrameBytesMax + 8, 0x5a);
  scene.bridge.send_raw(large);
  Client again(scene.network, "bridge", scene.broker.endpoint());
  again.join();
  CHECK(again.submit(seal_draft(scene.network, scene.draft({}))).admitted == false);
  scene.haven.credit(1);
  CHECK(scene.broker.process().running());
}

TEST_CASE("Another protocol version is refused with what to do") {
  Scene scene;
  scene.bridge.send({0, wire::Hello{2, "next", 0}});
  const auto problem = scene.bridge.expect<wire::Problem>();
  CHECK(problem.code == ErrorCode::kUnsupported);
  CHECK_THAT(problem.message, Catch::Contains("upgrade"));
}

TEST_CASE("Unknown words of a header are refused by name of the rule, with an entry") {
  Scene scene;
  const std::vector<std::function<void(wire::Header&)>> changes = {
      [](wire::Header& h) { h.from_role = 200; },  [](wire::Header& h) { h.to_role = 0; },
      [](wire::Header& h) { h.purpose = 200; },    [](wire::Header& h) { h.urgency = 9; },
      [](wire::Header& h) { h.stage = 3; },        [](wire::Header& h) { h.basis = 0; },
      [](wire::Header& h) { h.circumstances = 8; }};
  Draft draft = scene.draft_with_consent();
  std::vector<MessageId> refused;
  for (const auto& change : changes) {
    draft.change_header = change;
    const auto sealed = seal_draft(scene.network, draft);
    CHECK(verdict_of(scene.bridge, sealed) == static_cast<std::uint8_t>(Verdict::kUnknownWord));
    refused.push_back(sealed.header.message_id);
  }
  REQUIRE(scene.broker.stop() == 0);
  const auto entries = entries_of(scene.broker.store());
  for (const MessageId& message : refused) {
    CHECK(count_of(entries, ledger::EntryKind::kSubmission, message) == 1);
    CHECK(count_of(entries, ledger::EntryKind::kDelivery, message) == 0);
  }
}

TEST_CASE("Wrong clocks, lives, keys, roles and names are refused, each by its own verdict") {
  Scene scene;
  struct Wrong {
    Verdict verdict;
    std::function<void(wire::Header&)> change;
  };
  const std::vector<Wrong> wrongs = {
      {Verdict::kWrongClock,
       [](wire::Header& h) {
         h.created = h.created + minutes(6);
         h.transport_expiry = h.created + hours(1);
       }},
      {Verdict::kExpired,
       [](wire::Header& h) {
         h.created = h.created - hours(2);
         h.transport_expiry = h.created + hours(1);
       }},
      {Verdict::kExpired, [](wire::Header& h) { h.transport_expiry = h.created + hours(73); }},
      {Verdict::kSigningKey, [](wire::Header& h) { h.signing_key.bytes[0] ^= 1; }},
      {Verdict::kSealingKey, [](wire::Header& h) { h.sealing_key.bytes[0] ^= 1; }},
      {Verdict::kSender,
       [](wire::Header& h) { h.from_role = static_cast<std::uint8_t>(policies::Role::kPolice); }},
      {Verdict::kRecipient,
       [](wire::Header& h) { h.to_role = static_cast<std::uint8_t>(policies::Role::kPolice); }},
      {Verdict::kRecipient, [](wire::Header& h) { h.to = AgencyId::parse("nowhere").value(); }},
      {Verdict::kPriorMessage, [](wire::Header& h) {
         h.hop = 2;
         h.prior.bytes[0] = 1;
       }}};
  for (const Wrong& wrong : wrongs) {
    Draft draft = scene.draft_with_consent();
    draft.consent = {};  // the commitment names the recipient
    draft.change_header = wrong.change;
    INFO(wire::sentence(wrong.verdict));
    CHECK(int(verdict_of(scene.bridge, seal_draft(scene.network, draft))) ==
          int(static_cast<std::uint8_t>(wrong.verdict)));
  }
  Draft draft = scene.draft({});
  draft.change_header = [](wire::Header& h) { h.from = AgencyId::parse("metro").value(); };
  const auto answer =
      scene.bridge.answer_to(scene.bridge.send({0, seal_draft(scene.network, draft).submission}));
  CHECK(std::get<wire::Problem>(answer.body).code == ErrorCode::kForbidden);
  serves(scene);
}

TEST_CASE("Bad records are refused and change nothing") {
  Scene scene;
  const Agency& bridge = scene.network.agency("bridge");
  const auto put = [&](const wire::ConsentRecord& record) {
    return problem_with(scene.bridge,
                        signed_record(bridge, wire::RecordKind::kConsent, encode(record)));
  };
  const auto good = full_consent(bridge, Purpose::kSafeAccommodation, "haven");
  auto record = good;
  record.scopes[0].purpose = 200;
  CHECK_THAT(put(record).message, Catch::Contains("purpose"));
  record = good;
  record.scopes[0].full |= 1u << 25;
  CHECK_THAT(put(record).message, Catch::Contains("category"));
  record = good;
  record.expires = record.given + days(91);
  CHECK_THAT(put(record).message, Catch::Contains("consent record"));
  record = good;
  record.recorded_by = AgencyId::parse("haven").value();
  CHECK(put(record).code == ErrorCode::kForbidden);
  auto forged = signed_record(bridge, wire::RecordKind::kConsent, encode(good));
  forged.signature[0] ^= 1;
  CHECK(problem_with(scene.bridge, forged).code == ErrorCode::kUnauthentic);
  auto cut = signed_record(bridge, wire::RecordKind::kConsent, Bytes(20, 7));
  CHECK(problem_with(scene.bridge, cut).code == ErrorCode::kInvalid);
  // None of them was recorded: a referral that names the consent finds none.
  const auto verdict = verdict_of(scene.bridge, seal_draft(scene.network, scene.draft(good.id)));
  CHECK(verdict == static_cast<std::uint8_t>(policies::Reason::kNoConsent));
  serves(scene);
}

TEST_CASE("An operator action comes into the log over the wire, once") {
  Scene scene;
  wire::OperatorAction action;
  action.id.bytes.fill(9);
  action.recorded_by = scene.network.agency("bridge").id;
  action.who = "op-17";
  action.what = wire::Action::kSignIn;
  action.at = SystemClock().now();
  const auto record = signed_record(scene.network.agency("bridge"),
                                    wire::RecordKind::kOperatorAction, wire::encode(action));
  const auto position = [&] {
    const auto answer = scene.bridge.answer_to(scene.bridge.send({0, record}));
    return std::get<wire::Recorded>(answer.body).position;
  };
  const std::uint64_t first = position();
  CHECK(position() == first);
  auto forged = record;
  forged.signature[0] ^= 1;
  CHECK(problem_with(scene.bridge, forged).code == ErrorCode::kUnauthentic);
  serves(scene);
}

TEST_CASE("A forged directory or policy is refused, and what was in force stays so") {
  Scene scene;
  Network stranger({{"bridge", {"ngo_case"}}, {"haven", {"shelter"}}});
  const auto send = [&](wire::RecordKind kind, const std::string& note) {
    wire::SignedRecord record;
    record.kind = kind;
    record.body = to_bytes(note);
    return problem_with(scene.bridge, record);
  };
  CHECK(send(wire::RecordKind::kDirectory, stranger.directory_note()).code ==
        ErrorCode::kUnauthentic);
  CHECK(send(wire::RecordKind::kPolicy, stranger.policy_note(national_policy_text())).code ==
        ErrorCode::kUnauthentic);
  std::string one_officer = scene.network.policy_note(national_policy_text());
  one_officer.erase(one_officer.rfind("\xe2\x80\x94"));
  const auto problem = send(wire::RecordKind::kPolicy, one_officer);
  CHECK_THAT(problem.message, Catch::Contains("two different officers"));
  serves(scene);
}

TEST_CASE("A stranger's key learns nothing: no frame ever comes back") {
  Scene scene;
  io::DealerOptions options;
  options.endpoint = scene.broker.endpoint();
  options.broker_key = scene.network.broker_transport().public_key().bytes;
  options.keys = io::new_curve_keys();
  auto socket = io::DealerSocket::connect(std::move(options)).value();
  std::vector<io::Payload> frames;
  std::vector<io::LinkEvent> events;
  const Bytes hello = wire::encode(wire::ToBroker{1, wire::Hello{wire::kProtocol, "who", 0}});
  for (int i = 0; i < 10; ++i) {
    (void)socket.send(hello);
    REQUIRE(socket.receive(milliseconds(150), {}, frames, events));
  }
  CHECK(frames.empty());
  CHECK_FALSE(socket.connected());
  serves(scene);
}

TEST_CASE("A peer without CURVE, or that speaks something else, gets the greeting and no more") {
  Scene scene;
  PlainConnection null_mechanism(scene.broker.endpoint());
  null_mechanism.send(greeting("NULL"));
  null_mechanism.send(Bytes{0x04, 0x06, 5, 'R', 'E', 'A', 'D', 'Y'});
  CHECK(null_mechanism.answer().size() <= kGreetingBytes);
  PlainConnection web(scene.broker.endpoint());
  web.send(to_bytes("GET / HTTP/1.1\r\nHost: broker\r\n\r\n"));
  CHECK(web.answer().size() <= kGreetingBytes);
  PlainConnection noise(scene.broker.endpoint());
  SystemRandom random;
  noise.send(random.array<2048>());
  CHECK(noise.answer().size() <= kGreetingBytes);
  serves(scene);
}
