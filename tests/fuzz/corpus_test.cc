// Every input of the corpus, without a fuzzer: also those that once broke something.
// UPDATE_GOLDEN=1 writes one valid input of each form anew.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <random>

#include "schemas/wire/frame.h"
#include "tests/fuzz/targets.h"
#include "tests/wire/examples.h"

using namespace safeconduct;

namespace {

namespace fs = std::filesystem;

fs::path corpus(std::string_view target) {
  return fs::path(SAFECONDUCT_SOURCE) / "tests/fuzz/corpus" / target;
}

Bytes read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(file), {});
  return to_bytes(view_of(text));
}

// Cuts, turned bits and doubled stretches of an input: what libFuzzer would try first.
Bytes bent(const Bytes& input, std::mt19937& random) {
  Bytes out = input;
  const auto place = [&] { return static_cast<std::size_t>(random() % (out.size() + 1)); };
  switch (random() % 4) {
    case 0:
      out.resize(place());
      break;
    case 1:
      if (!out.empty()) out[random() % out.size()] ^= static_cast<std::uint8_t>(1u << random() % 8);
      break;
    case 2: {
      const std::size_t at = place();
      out.insert(out.begin() + static_cast<std::ptrdiff_t>(at), out.begin(),
                 out.begin() + static_cast<std::ptrdiff_t>(at));
      break;
    }
    default:
      if (!out.empty()) out[random() % out.size()] = static_cast<std::uint8_t>(random());
  }
  return out;
}

// That the corpus has the input under its name; UPDATE_GOLDEN=1 writes it.
void check_holds(std::string_view target, std::string name, const Bytes& input) {
  for (char& c : name) c = c == ' ' || c == '/' || c == '\'' ? '-' : c;
  const fs::path path = corpus(target) / name;
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    fs::create_directories(path.parent_path());
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(input.data()),
               static_cast<std::streamsize>(input.size()));
  }
  INFO(path.string() << "; UPDATE_GOLDEN=1 writes it");
  CHECK((read(path) == input));
}

}  // namespace

TEST_CASE("Every input of the corpus is taken or refused, and nothing breaks") {
  const char* seed_text = std::getenv("SAFECONDUCT_SEED");
  const auto seed = seed_text != nullptr
                        ? static_cast<std::uint32_t>(std::strtoul(seed_text, nullptr, 10))
                        : std::random_device{}();
  std::cout << "seed " << seed << " (repeat with SAFECONDUCT_SEED)\n";
  std::mt19937 random(seed);
  for (const fuzz::Target& target : fuzz::targets()) {
    std::size_t inputs = 0;
    for (const fs::directory_entry& entry : fs::directory_iterator(corpus(target.name))) {
      INFO(target.name << " " << entry.path().filename().string() << ", seed " << seed);
      const Bytes input = read(entry.path());
      target.feed(input);
      for (int i = 0; i < 20; ++i) target.feed(bent(input, random));
      ++inputs;
    }
    INFO(target.name);
    CHECK(inputs > 0);
  }
}

TEST_CASE("The corpus has a valid input of each form that travels") {
  const auto forms = wire::all_forms();
  for (std::size_t i = 0; i < forms.size(); ++i) {
    Bytes input{static_cast<std::uint8_t>(i)};
    input.insert(input.end(), forms[i].valid.begin(), forms[i].valid.end());
    check_holds("wire", forms[i].name, input);
  }
}

TEST_CASE("The corpus has a frame of all messages in each direction") {
  wire::FrameWriter to_broker;
  for (const auto& message : wire::frames_to_broker()) to_broker.add(message);
  check_holds("frames", "to-broker", to_broker.take());
  wire::FrameWriter to_agent;
  for (const auto& message : wire::frames_to_agent()) to_agent.add(message);
  check_holds("frames", "to-agent", to_agent.take());
}
