// The auditor's walk of README.md, command by command: export, carry the folder to an empty
// directory, verify, follow one referral, hand out a part with proofs, attach a time stamp, find
// the tampered copy.
#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "schemas/io/file.h"
#include "schemas/wire/parts.h"
#include "tests/broker/scene.h"

using namespace safeconduct;
using namespace safeconduct::rig;
namespace fs = std::filesystem;

namespace {

struct Said {
  int status = 0;
  std::string words;
};

// In `folder`, as a person would type it; `safeconduct` is the program that was built.
Said shell(const std::string& folder, const std::string& command) {
  Said out;
  const std::string whole =
      "cd " + folder + " && PATH=" SAFECONDUCT_BUILD ":$PATH && { " + command + "; } 2>&1";
  FILE* pipe = ::popen(whole.c_str(), "r");
  REQUIRE(pipe != nullptr);
  char buffer[4096];
  while (const std::size_t n = std::fread(buffer, 1, sizeof buffer, pipe)) {
    out.words.append(buffer, n);
  }
  out.status = WEXITSTATUS(::pclose(pipe));
  return out;
}

// A referral that arrived, one that was refused, and a broker that is stopped.
struct Walk {
  TempFolder temp;
  std::string referral;
  std::string log_vkey;

  Walk() {
    Scene scene;
    const Draft draft = scene.draft_with_consent();
    scene.haven.credit(10);
    scene.bridge.submit(seal_draft(scene.network, draft));
    scene.haven.acknowledge(scene.haven.expect<wire::Delivery>());
    scene.bridge.submit(seal_draft(scene.network, scene.draft({})));
    scene.broker.stop();
    log_vkey = scene.network.log_key().text();
    fs::copy(scene.broker.store(), temp.path() + "/store", fs::copy_options::recursive);
    const std::string trust = "log " + log_vkey + "\nquorum none\n";
    REQUIRE(io::write_durably(temp.path() + "/trust", view_of(trust)));
    for (const auto& entry : entries_of(temp.path() + "/store")) {
      const auto& part = entry.part(ledger::PartKind::kRouting);
      if (entry.leaf.kind == ledger::EntryKind::kReceipt && part) {
        referral = wire::decode_routing(part->bytes)->referral.text();
      }
    }
    REQUIRE_FALSE(referral.empty());
  }
};

// An authority of this test's own; false where openssl is not installed.
bool make_authority(const std::string& folder) {
  std::ofstream(folder + "/tsa.cnf") << "[req]\ndistinguished_name=dn\n[dn]\n"
                                        "[ext]\nextendedKeyUsage=critical,timeStamping\n"
                                        "[tsa]\ndefault_tsa=one\n[one]\nserial=./serial\n"
                                        "crypto_device=builtin\nsigner_digest=sha256\n"
                                        "default_policy=1.2.3.4.1\ndigests=sha256\n"
                                        "ess_cert_id_alg=sha256\n";
  return shell(folder,
               "echo 01 > serial; openssl req -x509 -newkey rsa:2048 -nodes -keyout tsa.key -out "
               "tsa.pem -days 2 -subj '/CN=test authority' -config tsa.cnf -extensions ext")
             .status == 0;
}

}  // namespace

TEST_CASE("An auditor walks from the broker's store to a proven referral, in an empty directory") {
  const Walk walk;
  const std::string& home = walk.temp.path();
  const Said out = shell(home, "safeconduct audit export store --trust trust --out log-export");
  INFO(out.words);
  REQUIRE(out.status == 0);
  fs::create_directory(home + "/elsewhere");
  fs::rename(home + "/log-export", home + "/elsewhere/log-export");
  fs::copy(home + "/trust", home + "/elsewhere/trust");
  fs::remove_all(home + "/store");
  const std::string there = home + "/elsewhere";

  const Said whole = shell(there, "safeconduct audit verify log-export --trust trust");
  INFO(whole.words);
  CHECK(whole.status == 0);
  CHECK_THAT(whole.words, Catch::Contains("is whole"));
  const Said again = shell(there, "safeconduct audit replay log-export --trust trust");
  CHECK(again.status == 0);
  CHECK_THAT(again.words, Catch::Contains("byte for byte"));

  const Said followed = shell(there,
                              "safeconduct audit timeline log-export --trust trust "
                              "--referral " +
                                  walk.referral + " --proofs proofs --json");
  INFO(followed.words);
  REQUIRE(followed.status == 0);
  const auto timeline = nlohmann::json::parse(followed.words);
  CHECK(timeline["entries"].size() == 3);  // submission, delivery, receipt
  for (const auto& entry : timeline["entries"]) {
    CHECK(fs::exists(there + "/" + entry["proof"].get<std::string>()));
  }
  for (const char* question : {"received --agency haven", "without-consent", "break-glass",
                               "refusals", "access", "in-force --at 2100-01-01"}) {
    INFO(question);
    const std::string words = question;
    const std::size_t space = std::min(words.find(' '), words.size());
    const Said answer =
        shell(there, "safeconduct audit " + words.substr(0, space) + " log-export --trust trust" +
                         words.substr(space) + " --json");
    CHECK(answer.status == 0);
    CHECK(nlohmann::json::parse(answer.words).contains("entries"));
  }
  const Said told = shell(there,
                          "safeconduct audit disclosures log-export --trust trust "
                          "--referral " +
                              walk.referral);
  CHECK_THAT(told.words, Catch::Contains("bridge gave haven"));

  const Said part =
      shell(there, "safeconduct audit export log-export --trust trust --referral " + walk.referral +
                       " --out part && "
                       "safeconduct audit verify part --trust trust");
  INFO(part.words);
  CHECK(part.status == 0);

  const Said tampered =
      shell(there,
            "cp -r log-export copy && printf 'X' | dd of=copy/$(cd copy && find tile/entries "
            "-type f | head -1) bs=1 seek=700 conv=notrunc status=none; "
            "safeconduct audit verify copy --trust trust");
  INFO(tampered.words);
  CHECK(tampered.status == 1);
  CHECK_THAT(tampered.words, Catch::Contains("at entry 3"));
}

TEST_CASE("A time stamp over the checkpoint is checked, and one over other bytes is refused") {
  const Walk walk;
  const std::string& home = walk.temp.path();
  if (!make_authority(home)) {
    WARN("openssl is not installed: time stamps were not tried");
    return;
  }
  REQUIRE(shell(home, "safeconduct audit export store --trust trust --out log-export").status == 0);
  const Said stamped =
      shell(home,
            "openssl ts -query -data log-export/checkpoint -sha256 -cert -out request.tsq && "
            "openssl ts -reply -config tsa.cnf -section one -queryfile request.tsq -inkey tsa.key "
            "-signer tsa.pem -out log-export/checkpoint.tsr");
  INFO(stamped.words);
  REQUIRE(stamped.status == 0);
  const std::string verify = "safeconduct audit verify log-export --trust trust";
  const Said unchecked = shell(home, verify);
  CHECK(unchecked.status == 0);
  CHECK_THAT(unchecked.words, Catch::Contains("name the authority's certificate"));
  const Said good = shell(home, verify + " --tsa tsa.pem");
  INFO(good.words);
  CHECK(good.status == 0);
  CHECK_THAT(good.words, Catch::Contains("RFC 3161"));
  // Of other bytes, and of an authority that is not trusted.
  REQUIRE(shell(home,
                "echo other > other; openssl ts -query -data other -sha256 -cert -out "
                "request.tsq; openssl ts -reply -config tsa.cnf -section one -queryfile "
                "request.tsq -inkey tsa.key -signer tsa.pem -out log-export/checkpoint.tsr")
              .status == 0);
  const Said wrong = shell(home, verify + " --tsa tsa.pem");
  INFO(wrong.words);
  CHECK(wrong.status == 1);
}
