// Exports and proofs verify with an implementation that is not ours: golang.org/x/mod/sumdb, as
// Debian's golang-golang-x-mod-dev ships it. Says so where Go is not installed.
#include <catch2/catch.hpp>
#include <cstdio>
#include <filesystem>

#include "broker/audit/export.h"
#include "broker/audit/partial.h"
#include "schemas/io/file.h"
#include "schemas/ledger/tiles.h"
#include "tests/audit/signed_log.h"
#include "tests/audit/temp_folder.h"

using namespace safeconduct;
using namespace safeconduct::audit;
namespace fs = std::filesystem;

namespace {

struct Said {
  int status = 0;
  std::string words;
};

Said run(const std::string& command) {
  Said out;
  FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
  REQUIRE(pipe != nullptr);
  char buffer[4096];
  while (const std::size_t n = std::fread(buffer, 1, sizeof buffer, pipe)) {
    out.words.append(buffer, n);
  }
  out.status = ::pclose(pipe);
  return out;
}

// The checker, built once; empty when there is no Go.
const std::string& checker() {
  static const std::string program = [] {
    const std::string library = "/usr/share/gocode/src/golang.org/x/mod/sumdb";
    if (!fs::exists(library) || run("go version").status != 0) {
      WARN(
          "Go or golang-golang-x-mod-dev is not installed: exports were not checked with an "
          "independent implementation");
      return std::string();
    }
    const std::string out = SAFECONDUCT_BUILD "/independent_check";
    const Said built =
        run("GO111MODULE=off GOFLAGS= GOPATH=/usr/share/gocode GOCACHE=" SAFECONDUCT_BUILD
            "/go-cache go build -o " +
            out + " " SAFECONDUCT_SOURCE "/tests/audit/independent_check.go");
    INFO(built.words);
    REQUIRE(built.status == 0);
    return out;
  }();
  return program;
}

std::string vkey_of(const SignedLog& log) {
  const std::string trust = log.trust_text();
  return "'" + trust.substr(4, trust.find('\n') - 4) + "'";
}

}  // namespace

TEST_CASE("An independent implementation comes to the same signed root and the same tiles") {
  if (checker().empty()) return;
  for (const std::uint64_t size : {1u, 20u, 256u, 257u, 700u}) {
    const SignedLog log(size);
    const TempFolder temp;
    const std::string folder = temp.path() + "/export";
    REQUIRE(export_log(log.source, folder));
    const Said said = run(checker() + " " + folder + " " + vkey_of(log));
    INFO(said.words);
    CHECK(said.status == 0);
    CHECK(said.words == "ok " + std::to_string(log.source.records.size()) + "\n");
    // It is a check: one bit of a bundle, and it says no.
    const std::string bundle =
        folder + "/" +
        ledger::bundle_path(0, std::min<std::size_t>(256, log.source.records.size()));
    Bytes bytes = io::read_file(bundle, 1 << 20).value();
    bytes[50] ^= 1;
    REQUIRE(io::write_durably(bundle, bytes));
    CHECK(run(checker() + " " + folder + " " + vkey_of(log)).status != 0);
  }
}

TEST_CASE("An independent implementation accepts each proof of a partial export") {
  if (checker().empty()) return;
  const SignedLog log(300);
  const TempFolder temp;
  const std::string folder = temp.path() + "/partial";
  const auto report =
      export_partial(log.source, log.trust(), {.agency = AgencyId::parse("ngo").value()}, folder);
  REQUIRE(report.has_value());
  std::string command = checker() + " " + folder + " " + vkey_of(log);
  for (const auto& file : fs::directory_iterator(folder + "/entries")) {
    if (file.path().extension() != ".tlog-proof") continue;
    fs::path leaf = file.path();
    leaf.replace_extension(".leaf");
    command += " " + file.path().string() + " " + leaf.string();
  }
  const Said said = run(command);
  INFO(said.words);
  CHECK(said.status == 0);
}
