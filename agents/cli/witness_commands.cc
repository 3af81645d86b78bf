// `safeconduct witness`: a small daemon that any agency can run to keep a log honest.
#include <csignal>
#include <filesystem>
#include <memory>

#include "agents/cli/commands.h"
#include "agents/cli/table.h"
#include "agents/witness/witness_book.h"
#include "schemas/io/file.h"
#include "schemas/io/http.h"

namespace safeconduct::cli {
namespace {

constexpr std::uint64_t kRequestBytesMax = 64 * 1024;  // a checkpoint and 63 hashes

struct WitnessOptions {
  std::string folder;
  std::string name;
  std::vector<std::string> logs;
  std::string listen = "127.0.0.1:7700";
  std::string address_file;
};

io::HttpResponse response(witness::WitnessReply reply) {
  io::HttpResponse out;
  out.status = reply.status;
  out.content_type = std::move(reply.content_type);
  out.body = std::move(reply.body);
  return out;
}

io::HttpResponse served(witness::WitnessBook& book, const io::HttpRequest& request,
                        const Clock& clock) {
  constexpr std::string_view kAdd = "/add-checkpoint";
  constexpr std::string_view kPage = "/checkpoint";
  if (request.target == kAdd) {
    if (request.method == "POST") return response(book.add(request.body, clock.now()));
    return response({405, "text/plain", "POST it\n"});
  }
  const std::string& target = request.target;
  const bool page =
      request.method == "GET" && target.size() > kPage.size() + 1 && target.ends_with(kPage);
  if (!page) return response({404, "text/plain", "no such page\n"});
  return response(book.checkpoint(target.substr(1, target.size() - kPage.size() - 1)));
}

Result<Answer> init(const WitnessOptions& options, Random& random, const Style& style) {
  std::vector<ledger::NoteKey> logs;
  for (const std::string& text : options.logs) {
    TRY(key, ledger::NoteKey::parse(text));
    logs.push_back(std::move(key));
  }
  TRY(key, witness::WitnessBook::create(options.folder, options.name, logs, random));
  Answer answer;
  answer.document = {{"witness", options.name}, {"folder", options.folder}, {"vkey", key.text()}};
  answer.text =
      style.good("made") + "  the witness " + printable(options.name) + " in " + options.folder +
      "; it watches " + std::to_string(logs.size()) + (logs.size() == 1 ? " log" : " logs") +
      ".\nAuditors and the broker add this line to their trust file:\n  witness " +
      options.name.substr(0, options.name.find('/')) + " " + key.text() +
      " http://HOST:7700\nStart it with `safeconduct witness serve " + options.folder + "`.\n";
  return answer;
}

// Blocks the signals that end the daemon and waits for one.
int wait_for_end() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT}) sigaddset(&set, signal);
  int signal = 0;
  sigwait(&set, &signal);
  return signal;
}

void block_end() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGTERM, SIGINT}) sigaddset(&set, signal);
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

Result<Answer> serve(const WitnessOptions& options, const Clock& clock) {
  TRY(book, witness::WitnessBook::open(options.folder));
  block_end();
  io::HttpBounds bounds;
  bounds.body_bytes_max = kRequestBytesMax;
  bounds.request_max = seconds(10);
  TRY(server,
      io::HttpServer::on_address(
          options.listen,
          [&](const io::HttpRequest& request) { return served(book, request, clock); }, bounds));
  const std::string address =
      options.listen.substr(0, options.listen.rfind(':') + 1) + std::to_string(server.port());
  if (!options.address_file.empty()) {
    TRY_OK(io::write_durably(options.address_file, view_of(address), 0644));
  }
  wait_for_end();
  return Answer{"", {{"stopped", options.folder}}, "", 0};
}

Result<Answer> show(const WitnessOptions& options, const Style&) {
  TRY(book, witness::WitnessBook::open(options.folder));
  std::error_code error;
  std::size_t evidence = 0;
  const std::filesystem::path folder = options.folder + "/evidence";
  for (auto it = std::filesystem::directory_iterator(folder, error);
       !error && it != std::filesystem::directory_iterator(); it.increment(error)) {
    ++evidence;
  }
  Answer answer;
  answer.document = {{"vkey", book.key().text()}, {"evidence", evidence}, {"logs", Json::array()}};
  answer.text = "witness   " + book.key().text() + "\n";
  TRY(bytes, io::read_file(options.folder + "/logs", kRequestBytesMax));
  std::istringstream lines{std::string(text_of(bytes))};
  for (std::string line; std::getline(lines, line);) {
    const auto key = ledger::NoteKey::parse(line);
    if (!key) continue;
    const auto head = book.head(key->name());
    const std::uint64_t size = head ? head->size : 0;
    answer.document["logs"].push_back({{"log", key->name()}, {"size", size}});
    answer.text += printable(key->name()) + "  cosigned up to " + std::to_string(size) + "\n";
  }
  if (evidence > 0) {
    answer.complaint = std::to_string(evidence) +
                       " times a log showed heads that do not fit each other; look into `" +
                       options.folder + "/evidence`";
    answer.exit = kExitWrong;
  }
  return answer;
}

}  // namespace

void add_witness_commands(CommandLine& line, Random& random, const Clock& clock) {
  CLI::App& group = line.group("witness",
                               "Cosign the heads of logs, so that none can tell two "
                               "stories");
  auto make = std::make_shared<WitnessOptions>();
  CLI::App& first =
      line.command(group, "init", "Make a witness: its key, its name, the logs that it watches",
                   "safeconduct witness init witness --name metro.example/witness --log VKEY",
                   [make, &random](const Style& style) { return init(*make, random, style); });
  first.add_option("FOLDER", make->folder, "The folder to make")->required();
  first.add_option("--name", make->name, "What it cosigns under: domain/word")->required();
  first.add_option("--log", make->logs, "The key of a log (vkey); once for each")->required();

  auto run = std::make_shared<WitnessOptions>();
  CLI::App& daemon = line.command(group, "serve", "Run the witness until it is stopped",
                                  "safeconduct witness serve witness --listen 0.0.0.0:7700",
                                  [run, &clock](const Style&) { return serve(*run, clock); });
  daemon.add_option("FOLDER", run->folder, "The folder that `witness init` made")->required();
  daemon.add_option("--listen", run->listen, "Numeric host and port; port 0 takes a free one");
  daemon.add_option("--address-file", run->address_file, "Where to write the address, once ready");

  auto state = std::make_shared<WitnessOptions>();
  CLI::App& look = line.command(group, "show", "What it cosigned, and what evidence it holds",
                                "safeconduct witness show witness",
                                [state](const Style& style) { return show(*state, style); });
  look.add_option("FOLDER", state->folder, "The folder that `witness init` made")->required();
}

}  // namespace safeconduct::cli
