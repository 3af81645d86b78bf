#include "tests/house/arrows.h"

#include <catch2/catch.hpp>

using namespace safeconduct::house;

namespace {

std::string including(const std::string& name) {
  return "\n#include \"" + name + "\"\n";
}

bool allows(const std::string& path, const std::string& name) {
  return check_includes(path, including(name)).empty();
}

bool allows_library(const std::string& path, const std::string& name) {
  return check_includes(path, "#include <" + name + ">\n").empty();
}

}  // namespace

TEST_CASE("A file belongs to the innermost room around it") {
  CHECK(room_of("broker/core/apply.cc") == "broker/core");
  CHECK(room_of("broker/loop.cc") == "broker");
  CHECK(room_of("agents/outbox/outbox.h") == "agents");
  CHECK(room_of("schemas/loose.h").empty());
  CHECK(room_of("policies_old/x.h").empty());
}

TEST_CASE("Arrows that the design draws are allowed") {
  CHECK(allows("schemas/wire/frame.cc", "schemas/base/bytes.h"));
  CHECK(allows("schemas/ledger/tree.cc", "schemas/seal/hash.h"));
  CHECK(allows("broker/core/apply.h", "policies/decide.h"));
  CHECK(allows("broker/store/store.cc", "schemas/io/kv.h"));
  CHECK(allows("broker/main.cc", "broker/audit/verify.h"));
  CHECK(allows("broker/dashboard/board.cc", "policies/vocabulary.h"));
  CHECK(allows("agents/cli/audit.cc", "broker/audit/verify.h"));
  CHECK(allows("agents/inbox.cc", "agents/outbox.h"));
  CHECK(allows("tests/core/x_test.cc", "broker/core/apply.h"));
}

TEST_CASE("Arrows that point up or sideways are refused with their place") {
  const auto findings = check_includes("policies/decide.h", including("broker/core/apply.h"));
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].line == 2);
  CHECK(findings[0].what.starts_with("policies may not include broker/core, only schemas/base"));
  CHECK_FALSE(allows("schemas/base/bytes.h", "schemas/seal/hash.h"));
  CHECK_FALSE(allows("schemas/seal/slot.cc", "schemas/wire/header.h"));
  CHECK_FALSE(allows("broker/core/apply.cc", "schemas/io/kv.h"));
  CHECK_FALSE(allows("broker/core/apply.cc", "broker/loop.h"));
  CHECK_FALSE(allows("broker/store/store.cc", "broker/audit/verify.h"));
  CHECK_FALSE(allows("broker/dashboard/board.cc", "broker/core/apply.h"));
  CHECK_FALSE(allows("broker/dashboard/board.cc", "policies/decide.h"));
  CHECK_FALSE(allows("agents/inbox.cc", "broker/audit/verify.h"));
  CHECK_FALSE(allows("agents/inbox.cc", "agents/cli/command.h"));
  CHECK_FALSE(allows("agents/cli/audit.cc", "broker/core/apply.h"));
  CHECK_FALSE(allows("broker/main.cc", "tests/house/tree.h"));
}

TEST_CASE("A name that is not written from the root is refused") {
  CHECK_FALSE(allows("policies/decide.cc", "decide.h"));
  CHECK_FALSE(allows("policies/decide.cc", "../schemas/base/bytes.h"));
}

TEST_CASE("A library is included in its own room only") {
  CHECK(allows_library("schemas/io/kv.cc", "rocksdb/db.h"));
  CHECK_FALSE(allows_library("broker/store/store.cc", "rocksdb/db.h"));
  CHECK_FALSE(allows_library("agents/main.cc", "zmq.hpp"));
  CHECK_FALSE(allows_library("agents/api.cc", "boost/beast.hpp"));
  CHECK_FALSE(allows_library("schemas/ledger/tree.cc", "openssl/evp.h"));
  CHECK(allows_library("agents/api.cc", "nlohmann/json.hpp"));
}

TEST_CASE("Generated Cap'n Proto types stay in the implementations of schemas/wire") {
  CHECK(allows("schemas/wire/frame.cc", "schemas/wire/frame.capnp.h"));
  CHECK_FALSE(allows("schemas/wire/frame.h", "schemas/wire/frame.capnp.h"));
  CHECK_FALSE(allows("broker/loop.cc", "schemas/wire/frame.capnp.h"));
  CHECK(allows("schemas/wire/envelope.h", "schemas/wire/frame.capnp.h"));
  CHECK_FALSE(allows("schemas/wire/messages.h", "schemas/wire/envelope.h"));
  CHECK_FALSE(allows("broker/loop.cc", "schemas/wire/envelope.h"));
}

TEST_CASE("Core and policies include nothing that could decide differently twice") {
  for (const char* header : {"random", "thread", "chrono", "unordered_map", "iostream"}) {
    CAPTURE(header);
    CHECK_FALSE(allows_library("broker/core/apply.cc", header));
    CHECK_FALSE(allows_library("policies/decide.cc", header));
    CHECK(allows_library("broker/loop.cc", header));
  }
  CHECK_FALSE(allows("broker/core/apply.cc", "schemas/base/clock.h"));
}
