// What the broker's program does with bad configuration, keys and stores: one clear sentence, the
// right exit status, and nothing changed.
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "broker/store/layout.h"
#include "broker/store/store.h"
#include "schemas/io/file.h"
#include "tests/broker/scene.h"

using namespace safeconduct;
using namespace safeconduct::rig;
namespace fs = std::filesystem;

namespace {

constexpr int kConfiguration = 2;
constexpr int kDisk = 3;

struct Folder {
  Network network{{{"bridge", {"ngo_case"}}, {"haven", {"shelter"}}}};
  TempFolder temp;
  std::string path = temp.path() + "/broker";

  Folder() { network.write_broker_folder(path); }
  void replace(const std::string& what, const std::string& with) {
    std::string config = read_text(path + "/broker.toml");
    REQUIRE(config.find(what) != std::string::npos);
    config.replace(config.find(what), what.size(), with);
    REQUIRE(io::write_durably(path + "/broker.toml", view_of(config)));
  }
  // Starts the program, which is to end by itself.
  struct Ended {
    int status = 0;
    std::string said;
  };
  Ended run() {
    const std::string output = temp.path() + "/said";
    fs::remove(output);
    Process process("safeconduct-broker", {"--config", path + "/broker.toml"}, output);
    const int status = process.wait_for_exit(seconds(20));
    return {status, read_text(output)};
  }
};

void ends_with(Folder& folder, int status, const std::vector<std::string>& words) {
  const auto ended = folder.run();
  INFO(ended.said);
  CHECK(ended.status == status);
  CHECK(std::count(ended.said.begin(), ended.said.end(), '\n') == 1);
  for (const std::string& word : words) CHECK_THAT(ended.said, Catch::Contains(word));
}

}  // namespace

TEST_CASE("An unknown key of the configuration is named with its place and the nearest word") {
  Folder folder;
  folder.replace("address_file", "adress_file");
  ends_with(folder, kConfiguration, {"adress_file", "broker.toml:3", "did you mean"});
}

TEST_CASE("Missing and mistaken settings are named") {
  Folder one;
  one.replace("name = \"test.example\"\n", "");
  ends_with(one, kConfiguration, {"network.name"});
  Folder two;
  two.replace("log = \"broker.log\"", "log_level = \"loud\"");
  ends_with(two, kConfiguration, {"`loud`"});
  Folder three;
  fs::remove(three.path + "/broker.toml");
  ends_with(three, kConfiguration, {"broker.toml"});
  Folder four;
  four.replace("tcp://127.0.0.1:*", "tcp://nowhere");
  ends_with(four, kConfiguration, {"nowhere"});
}

TEST_CASE("A key file that is open to others, missing or of another kind is refused") {
  Folder open;
  REQUIRE(::chmod((open.path + "/transport.key").c_str(), 0644) == 0);
  ends_with(open, kConfiguration, {"transport.key"});
  CHECK_FALSE(fs::exists(open.path + "/store"));
  Folder missing;
  fs::remove(missing.path + "/log.key");
  ends_with(missing, kConfiguration, {"log.key"});
  Folder mistaken;
  fs::copy_file(mistaken.path + "/log.key", mistaken.path + "/transport.key",
                fs::copy_options::overwrite_existing);
  ends_with(mistaken, kConfiguration, {"transport.key"});
}

TEST_CASE("A store of another network, or in use, is refused") {
  Folder folder;
  {
    Broker broker(folder.network, folder.path);
    folder.replace("[broker]", "[broker]\n# a second one");
    ends_with(folder, kConfiguration, {"store"});
    REQUIRE(broker.stop() == 0);
  }
  folder.replace("test.example\"", "other.example\"");
  ends_with(folder, kConfiguration, {"test.example", "other.example"});
  folder.replace("other.example\"", "test.example\"");
  Broker broker(folder.network, folder.path);
  CHECK(broker.stop() == 0);
}

TEST_CASE("A store that is open to others is refused") {
  Folder folder;
  Broker(folder.network, folder.path).stop();
  REQUIRE(::chmod((folder.path + "/store").c_str(), 0755) == 0);
  ends_with(folder, kConfiguration, {"store"});
}

TEST_CASE("A store of a newer format is refused with what to do, and left as it is") {
  Folder folder;
  REQUIRE(io::make_private_directory(folder.path + "/store"));
  io::KvOptions options = store::store_options();
  options.format += 1;
  { REQUIRE(io::KvStore::open(store::database_path(folder.path + "/store"), options)); }
  ends_with(folder, kDisk,
            {"format " + std::to_string(options.format), "install the newer version"});
}

TEST_CASE(
    "A directory of another authority at the first start: nobody is admitted, and it says so") {
  Folder folder;
  Network stranger({{"bridge", {"ngo_case"}}, {"haven", {"shelter"}}});
  REQUIRE(io::write_durably(folder.path + "/directory.note", view_of(stranger.directory_note())));
  Broker broker(folder.network, folder.path);
  CHECK(wait_until(seconds(10), [&] {
    return broker.log().find("the directory file was not put into force") != std::string::npos;
  }));
  CHECK(wait_until(seconds(10), [&] {
    return broker.log().find("the policy file was not put into force") != std::string::npos;
  }));
  // Put right, it goes on.
  broker.put_directory();
  Client bridge(folder.network, "bridge", broker.endpoint());
  bridge.join();
  CHECK(broker.stop() == 0);
}
