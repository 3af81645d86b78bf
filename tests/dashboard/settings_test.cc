#include "broker/dashboard/settings.h"

#include <catch2/catch.hpp>

#include "schemas/io/file.h"
#include "tests/rig/network.h"

using namespace safeconduct;
using namespace safeconduct::dashboard;

namespace {

struct File {
  rig::TempFolder folder;
  rig::Network network{{{"board", {"coordinator"}}}};
  [[nodiscard]] Result<Settings> load(const std::string& more) const {
    const std::string text = more +
                             "\n[observer]\nid = \"board\"\n[broker]\nendpoint = "
                             "\"tcp://127.0.0.1:1\"\ntransport = \"" +
                             to_base64(network.broker_transport().public_key().bytes) +
                             "\"\n[network]\nname = \"test.example\"\nlog = \"" +
                             network.log_key().text() + "\"\n";
    const std::string path = folder.path() + "/dashboard.toml";
    if (!io::write_durably(path, view_of(text))) throw std::runtime_error("no file");
    return load_settings(path);
  }
};

}  // namespace

TEST_CASE("Settings are read, with what they leave out") {
  const File file;
  const auto settings = file.load("[dashboard]\nlisten = \"[::1]:8443\"\nidle_minutes = 5");
  REQUIRE(settings.has_value());
  CHECK(settings->address == "::1");
  CHECK(settings->port == 8443);
  CHECK(settings->idle == minutes(5));
  CHECK(settings->people == file.folder.path() + "/people");
}

TEST_CASE("Mistakes in the settings are told with their place") {
  const File file;
  const auto says = [&](const std::string& text, const std::string& words) {
    const auto settings = file.load(text);
    REQUIRE_FALSE(settings.has_value());
    CAPTURE(settings.error().message);
    CHECK(settings.error().message.find(words) != std::string::npos);
  };
  says("[dashboard]\nlisten = \"127.0.0.1\"", "no address and port");
  says("[dashboard]\nlisten = \"0.0.0.0:80\"", "name a certificate");
  says("[dashboard]\ncertificate = \"x.pem\"", "go together");
  says("[dashboard]\nlisen = \"127.0.0.1:1\"", ":2:1");
  says("[dashboard]\nidle_minutes = 1000", "idle_minutes");
  says("[openid]\nissuer = \"https://id.example\"", "openid.client_id");
}
