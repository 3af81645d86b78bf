// A disk that is really full: the broker stops with one clear sentence, and after space is made it
// goes on with everything that it had answered. Needs the right to mount; says so where there is
// none.
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>

#include "schemas/io/file.h"
#include "tests/broker/scene.h"

using namespace safeconduct;
using namespace safeconduct::rig;
namespace fs = std::filesystem;

namespace {

// A small file system of its own, gone with the object.
class SmallDisk {
 public:
  explicit SmallDisk(std::string at) : at_(std::move(at)) {
    fs::create_directory(at_);
    mounted_ = ::mount("tmpfs", at_.c_str(), "tmpfs", 0, "size=24m,mode=0700") == 0;
  }
  ~SmallDisk() {
    if (mounted_) ::umount2(at_.c_str(), MNT_DETACH);
  }
  [[nodiscard]] bool mounted() const { return mounted_; }
  // Leaves about `bytes` free.
  void fill_up_to(std::uint64_t bytes) {
    struct statvfs stat {};
    REQUIRE(::statvfs(at_.c_str(), &stat) == 0);
    const std::uint64_t free = std::uint64_t{stat.f_bavail} * stat.f_bsize;
    if (free <= bytes) return;
    std::ofstream(at_ + "/ballast") << std::string(free - bytes, 'x');
  }
  void make_space() { fs::remove(at_ + "/ballast"); }

 private:
  std::string at_;
  bool mounted_ = false;
};

}  // namespace

TEST_CASE("On a full disk the broker stops with exit 3; with space it has all that it answered") {
  const TempFolder temp;
  SmallDisk disk(temp.path() + "/disk");
  if (!disk.mounted()) {
    WARN("may not mount a small file system here (" << std::strerror(errno)
                                                    << "): a really full disk was not tried");
    return;
  }
  Network network({{"bridge", {"ngo_case"}}, {"haven", {"shelter"}}});
  const std::string folder = temp.path() + "/broker";
  network.write_broker_folder(folder);
  std::string config = read_text(folder + "/broker.toml");
  config.replace(config.find("[broker]\n"), 9,
                 "[broker]\nstore = \"" + temp.path() + "/disk/store\"\n");
  REQUIRE(io::write_durably(folder + "/broker.toml", view_of(config)));
  Broker broker(network, folder);
  std::vector<MessageId> answered;
  {
    Client bridge(network, "bridge", broker.endpoint());
    bridge.join();
    Client haven(network, "haven", broker.endpoint());
    haven.join();
    const auto consent =
        full_consent(network.agency("bridge"), policies::Purpose::kSafeAccommodation, "haven");
    bridge.record_consent(consent);
    disk.fill_up_to(1024 * 1024);
    Draft draft;
    draft.from = "bridge";
    draft.to = "haven";
    draft.consent = consent.id;
    draft.slots = {{policies::slot_of(policies::Category::kNeeds, policies::Level::kFull),
                    std::string(40'000, 'n')}};
    int status = -1;
    for (int i = 0; i < 400 && status < 0; ++i) {
      (void)bridge.try_send({0, seal_draft(network, draft).submission});
      for (const auto& frame : bridge.take(milliseconds(50))) {
        const auto* decided = std::get_if<wire::Decided>(&frame.body);
        if (decided != nullptr && decided->admitted) answered.push_back(decided->message);
      }
      status = broker.process().status_if_ended();
    }
    CHECK(status == 3);
  }
  CHECK(answered.size() > 3);
  const std::string said = read_text(broker.folder() + "/output");
  INFO(said);
  CHECK(std::count(said.begin(), said.end(), '\n') == 1);
  CHECK_THAT(said, Catch::Contains("space"));

  disk.make_space();
  broker.start();
  Client haven(network, "haven", broker.endpoint());
  haven.join();
  haven.credit(limits::kCreditMax);
  std::set<MessageId> got;
  while (haven.comes<wire::Delivery>(milliseconds(1000))) {
    const auto delivery = haven.expect<wire::Delivery>();
    got.insert(wire::decode_header(delivery.sealed.header)->message_id);
    haven.acknowledge(delivery);
  }
  for (const MessageId& message : answered) CHECK(got.contains(message));
  CHECK(broker.stop() == 0);
}
