#include "tests/dashboard/scene.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include "broker/dashboard/links.h"
#include "schemas/io/file.h"
#include "schemas/ledger/checkpoint.h"
#include "schemas/seal/key_file.h"
#include "schemas/seal/one_time_code.h"
#include "schemas/seal/password.h"

namespace safeconduct::dashboard_tests {
namespace {

using policies::Purpose;
using policies::Role;

// Consent, submission with delivery, receipt.
constexpr std::uint64_t kEntriesOfReferral = 4;

struct Cast {
  std::string name;
  std::string role;
  Role acts_as;
  Purpose purpose;  // what it is asked for
};

const std::vector<Cast>& cast() {
  static const std::vector<Cast> all = {
      {"bridge", "ngo_case", Role::kNgoCase, Purpose::kCaseManagement},
      {"haven", "shelter", Role::kShelter, Purpose::kSafeAccommodation},
      {"harbour", "shelter", Role::kShelter, Purpose::kSafeAccommodation},
      {"stmary", "health", Role::kHealth, Purpose::kHealthCare},
      {"lexaid", "legal", Role::kLegal, Purpose::kLegalAdvice},
  };
  return all;
}

const Cast& cast_of(const std::string& name) {
  return *std::find_if(cast().begin(), cast().end(),
                       [&](const Cast& one) { return one.name == name; });
}

std::vector<std::pair<std::string, std::vector<std::string>>> directory() {
  std::vector<std::pair<std::string, std::vector<std::string>>> out;
  for (const Cast& one : cast()) out.push_back({one.name, {one.role}});
  out.push_back({"board", {"coordinator"}});
  return out;
}

void must(const Status& status) {
  if (!status) throw std::runtime_error(status.error().message);
}

dashboard::Person person(const std::string& id, dashboard::Role role, const std::string& agency) {
  static const std::string record = seal::password_record(kPassword).value();
  dashboard::Person out;
  out.id = AgencyId::parse(id).value();
  out.role = role;
  if (!agency.empty()) out.agency = AgencyId::parse(agency).value();
  out.password = record;
  SystemRandom random;
  const auto secret = random.array<20>();
  out.code.assign(secret.begin(), secret.end());
  return out;
}

}  // namespace

Scene::Scene(SceneOptions options) : network_(directory()) {
  broker_ = std::make_unique<rig::Broker>(network_, folder_.path() + "/broker");
  reconnect_agencies();
  must(io::make_private_directory(folder()));
  must(seal::write_key_file(folder() + "/signing.key", network_.agency("board").signing));
  must(seal::write_key_file(folder() + "/transport.key", network_.agency("board").transport));
  people_.list = {person("ana", dashboard::Role::kNetworkCoordinator, ""),
                  person("audrey", dashboard::Role::kAuditor, ""),
                  person("lea", dashboard::Role::kAgencyCoordinator, "haven"),
                  person("wall1", dashboard::Role::kWallScreen, "")};
  people_.list[0].openid = "ana@provider.example";
  set_people(people_);
  write_settings(options);
  start_dashboard();
}

void Scene::reconnect_agencies() {
  clients_.clear();
  for (const Cast& one : cast()) {
    clients_[one.name] = std::make_unique<rig::Client>(network_, one.name, broker_->endpoint());
    clients_[one.name]->join();
  }
}

void Scene::set_people(const dashboard::People& people) const {
  must(io::write_durably(folder() + "/people", view_of(dashboard::to_text(people))));
}

void Scene::write_settings(const SceneOptions& options) {
  std::string tls;
  if (options.tls) {
    make_certificate();
    tls = "certificate = \"certificate.pem\"\nprivate_key = \"certificate.key\"\n";
  }
  const std::string text =
      "[dashboard]\nlisten = \"127.0.0.1:0\"\naddress_file = \"address\"\nlog = "
      "\"dashboard.log\"\n" +
      tls + "[observer]\nid = \"board\"\n[broker]\nendpoint = \"" + broker_->endpoint() +
      "\"\ntransport = \"" + to_base64(network_.broker_transport().public_key().bytes) +
      "\"\n[network]\nname = \"" + network_.name() + "\"\nlog = \"" + network_.log_key().text() +
      "\"\n" + options.openid;
  must(io::write_durably(folder() + "/dashboard.toml", view_of(text)));
}

void Scene::make_certificate() const {
  const std::string command =
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "
      "/CN=localhost -addext subjectAltName=DNS:localhost -keyout " +
      folder() + "/certificate.key -out " + certificate() + " > /dev/null 2>&1";
  if (std::system(command.c_str()) != 0) throw std::runtime_error("openssl makes no certificate");
}

void Scene::start_dashboard() {
  const std::string address_file = folder() + "/address";
  must(io::write_durably(address_file, {}));
  dashboard_ = std::make_unique<rig::Process>(
      "safeconduct-dashboard", std::vector<std::string>{"--config", folder() + "/dashboard.toml"},
      folder() + "/output");
  address_ = rig::wait_for_file(address_file, seconds(20));
  if (address_.empty()) {
    throw std::runtime_error(
        "the dashboard did not start: " + rig::read_text(folder() + "/output") + log());
  }
  // The same port again, so that open browsers find it.
  std::string config = rig::read_text(folder() + "/dashboard.toml");
  const std::string free_port = "127.0.0.1:0\"";
  const std::size_t at = config.find(free_port);
  if (at == std::string::npos) return;
  config.replace(at, free_port.size(), "127.0.0.1:" + std::to_string(port()) + "\"");
  must(io::write_durably(folder() + "/dashboard.toml", view_of(config)));
}

std::uint16_t Scene::port() const {
  return static_cast<std::uint16_t>(std::stoi(address_.substr(address_.rfind(':') + 1)));
}

std::string Scene::code(const std::string& who) const {
  return seal::one_time_code(people_.find(who)->code, seal::code_step(SystemClock().now()));
}

std::string Scene::link(const std::string& who) const {
  SystemRandom random;
  const auto token = dashboard::make_link(folder() + "/state/links", who,
                                          SystemClock().now() + minutes(5), random);
  if (!token) throw std::runtime_error(token.error().message);
  return address_ + "/sign-in#" + *token;
}

ReferralId Scene::refer(const Ask& ask) {
  const Cast& to = cast_of(ask.to);
  rig::Client& sender = client(ask.from);
  auto consent = rig::full_consent(network_.agency(ask.from), to.purpose, ask.to);
  if (ask.consent_days != 0) consent.expires = consent.given + days(ask.consent_days);
  sender.record_consent(consent);
  rig::Draft draft;
  draft.from = ask.from;
  draft.to = ask.to;
  draft.from_role = cast_of(ask.from).acts_as;
  draft.to_role = to.acts_as;
  draft.purpose = to.purpose;
  draft.urgency = ask.urgency;
  draft.consent = consent.id;
  draft.slots = rig::every_slot(std::string(kCanary) + " ");
  const auto sealed = rig::seal_draft(network_, draft);
  const ReferralId referral = sealed.header.referral_id;
  if (ask.answer_in.ms != 0) {
    wire::RequestRecord request;
    SystemRandom random;
    request.id.bytes = random.array<16>();
    request.by = AgencyId::parse(ask.from).value();
    request.by_role = static_cast<std::uint8_t>(draft.from_role);
    request.purpose = static_cast<std::uint8_t>(draft.purpose);
    request.urgency = static_cast<std::uint8_t>(draft.urgency);
    request.stage = static_cast<std::uint8_t>(draft.stage);
    request.at = SystemClock().now();
    request.deadline = request.at + ask.answer_in;
    request.candidates = {
        {AgencyId::parse(ask.to).value(), static_cast<std::uint8_t>(draft.to_role), referral}};
    sender.say(request);
  }
  if (!sender.submit(sealed).admitted) throw std::runtime_error("the referral was refused");
  consents_[referral] = consent.id;
  if (ask.take) {
    rig::Client& recipient = client(ask.to);
    recipient.credit(1);
    recipient.acknowledge(recipient.expect<wire::Delivery>());
  }
  return referral;
}

void Scene::move(const std::string& by, const ReferralId& referral, wire::Move move,
                 wire::DeclineReason reason) {
  wire::MoveRecord record;
  record.referral = referral;
  record.by = AgencyId::parse(by).value();
  record.move = move;
  record.reason = reason;
  record.at = SystemClock().now();
  client(by).say(record);
}

void Scene::announce_capacity() {
  for (const std::string name : {"haven", "harbour", "stmary"}) {
    wire::CapacityRecord record;
    record.by = AgencyId::parse(name).value();
    record.counter = ++capacity_counter_;
    const bool is_full = name == "harbour";
    record.services = {
        {static_cast<std::uint8_t>(cast_of(name).purpose), name == "stmary" ? "" : "north-2",
         is_full ? wire::Openness::kWaitlist : wire::Openness::kOpen,
         static_cast<std::uint16_t>(is_full ? 0 : 4), static_cast<std::uint16_t>(is_full ? 7 : 0)}};
    record.at = SystemClock().now();
    client(name).say(record);
  }
}

void Scene::announce_markup(const std::string& markup) {
  rig::Client& sender = client("lexaid");
  sender.send({0, wire::Hello{wire::kProtocol, markup.substr(0, wire::kSoftwareBytesMax), 0}});
  const auto refused = [&](const wire::ReferralRecord& record) {
    const auto answer = sender.hand_in(record);
    if (!std::holds_alternative<wire::Problem>(answer.body)) {
      throw std::runtime_error("markup was taken as a district");
    }
  };
  wire::CapacityRecord capacity;
  capacity.by = AgencyId::parse("lexaid").value();
  capacity.counter = ++capacity_counter_;
  capacity.services = {{static_cast<std::uint8_t>(Purpose::kLegalAdvice), markup.substr(0, 32),
                        wire::Openness::kOpen, 1, 0}};
  capacity.at = SystemClock().now();
  refused(capacity);
  wire::UnmetNeedRecord unmet;
  unmet.by = capacity.by;
  unmet.purpose = static_cast<std::uint8_t>(Purpose::kLegalAdvice);
  unmet.urgency = static_cast<std::uint8_t>(policies::Urgency::kDay);
  unmet.district = markup.substr(0, 32);
  unmet.at = capacity.at;
  refused(unmet);
}

void Scene::count_unmet(int times) {
  for (int i = 0; i < times; ++i) {
    wire::UnmetNeedRecord record;
    record.by = AgencyId::parse("bridge").value();
    record.purpose = static_cast<std::uint8_t>(Purpose::kSafeAccommodation);
    record.urgency = static_cast<std::uint8_t>(policies::Urgency::kTonight);
    record.district = "north-2";
    record.at = SystemClock().now();
    client("bridge").say(record);
  }
}

std::uint64_t Scene::be_busy(Duration how_long, int per_second) {
  using Clock = std::chrono::steady_clock;
  static const std::vector<std::string> kTo = {"haven", "stmary", "lexaid"};  // take all that comes
  const auto start = Clock::now();
  const auto until = start + std::chrono::milliseconds(how_long.ms);
  std::uint64_t entries = 0;
  for (std::size_t i = 0; Clock::now() < until; ++i) {
    Ask ask;
    ask.to = kTo[i % kTo.size()];
    const ReferralId referral = refer(ask);
    move(ask.to, referral, wire::Move::kAccept);
    entries += kEntriesOfReferral + 1;
    std::this_thread::sleep_until(
        start + std::chrono::milliseconds(entries * 1000 / static_cast<unsigned>(per_second)));
  }
  return entries;
}

void Scene::show_snapshot(const std::string& path) {
  broker_->kill_now();
  stop_dashboard();
  const auto bytes = io::read_file(path, std::uint64_t{1} << 30);
  if (!bytes) throw std::runtime_error(bytes.error().message);
  must(io::write_durably(folder() + "/state/snapshot", *bytes));
  start_dashboard();
}

void Scene::ask_witness(bool honest) {
  static const std::string kName = "witness.example";
  SystemRandom random;
  static const seal::SigningKey key = seal::SigningKey::generate(random);
  rig::Client& reader = client("bridge");
  reader.send({0, wire::Hello{wire::kProtocol, "rig", 0}});
  const auto shown = reader.expect<wire::Welcome>().checkpoint;
  const std::string& origin = network_.log_key().name();
  auto head = ledger::open_checkpoint(text_of(shown.note), origin, network_.log_key()).value().head;
  if (!honest) head.root[0] ^= 1;
  std::string note = ledger::sign_checkpoint(origin, head, network_.log_signing());
  const std::string text = note.substr(0, note.find("\n\n") + 1);
  const auto time_s = static_cast<std::uint64_t>(SystemClock().now().ms / 1000);
  note += ledger::signature_line(ledger::cosign_text(text, kName, key, time_s));
  stop_dashboard();
  witness_.reset();
  witness_note_ = note;
  auto server = io::HttpServer::on_address("127.0.0.1:0", [this](const io::HttpRequest&) {
    io::HttpResponse answer;
    answer.content_type = "text/plain";
    answer.body = witness_note_;
    return answer;
  });
  if (!server) throw std::runtime_error(server.error().message);
  witness_.emplace(std::move(*server));
  const auto vkey =
      ledger::NoteKey::make(kName, ledger::SignatureType::kCosignature, key.verify_key()).value();
  const std::string trust = "log " + network_.log_key().text() + "\nwitness w " + vkey.text() +
                            " http://127.0.0.1:" + std::to_string(witness_->port()) +
                            "\nquorum w\n";
  must(io::write_durably(folder() + "/trust", view_of(trust)));
  std::string config = rig::read_text(folder() + "/dashboard.toml");
  const std::string line = "witnesses = \"trust\"\n";
  if (config.find(line) == std::string::npos) config += line;
  must(io::write_durably(folder() + "/dashboard.toml", view_of(config)));
  start_dashboard();
}

ReferralId Scene::declare_exception() {
  wire::Header header;
  SystemRandom random;
  header.message_id.bytes = random.array<16>();
  header.referral_id.bytes = random.array<16>();
  header.basis = static_cast<std::uint8_t>(policies::Basis::kBreakGlass);
  header.purpose = static_cast<std::uint8_t>(Purpose::kEmergencyHealth);
  header.to = AgencyId::parse("stmary").value();
  client("bridge").allow(header);
  return header.referral_id;
}

void Scene::withdraw(const ReferralId& referral) {
  wire::Withdrawal record;
  record.consent = consents_.at(referral);
  record.recorded_by = AgencyId::parse("bridge").value();
  record.at = SystemClock().now();
  rig::Client& sender = client("bridge");
  const auto signed_ = rig::signed_record(network_.agency("bridge"), wire::RecordKind::kWithdrawal,
                                          wire::encode(record));
  const auto answer = sender.answer_to(sender.send({0, signed_}));
  if (const auto* problem = std::get_if<wire::Problem>(&answer.body)) {
    throw std::runtime_error(problem->message);
  }
}

}  // namespace safeconduct::dashboard_tests
