#include "tests/house/layout.h"

#include <stdlib.h>

#include <catch2/catch.hpp>
#include <fstream>

using namespace safeconduct::house;
namespace fs = std::filesystem;

namespace {

// A folder of its own that goes away with the test.
class Checkout {
 public:
  Checkout() {
    std::string name = (fs::temp_directory_path() / "tidy test XXXXXX").string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    root_ = name;
  }
  ~Checkout() { fs::remove_all(root_); }
  Checkout(const Checkout&) = delete;
  Checkout& operator=(const Checkout&) = delete;

  void write(const std::string& path, const std::string& text) const {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text;
  }
  [[nodiscard]] const fs::path& root() const { return root_; }

 private:
  fs::path root_;
};

}  // namespace

TEST_CASE("A file that was not agreed is found at the top level and in an empty folder") {
  CHECK(check_top_level({{"README.md", ""}, {".ci/run", ""}, {"broker/main.cc", ""}}).empty());
  CHECK(check_top_level({{"notes.txt", ""}}).size() == 1);
  CHECK(check_top_level({{"docs/a.md", ""}}).size() == 2);
  CHECK(check_top_level({{"broker/utils/a.cc", ""}}).size() == 1);
}

TEST_CASE("A room without a README is found") {
  CHECK(check_readmes({{"broker/core/a.cc", ""}, {"broker/README.md", ""}}).size() == 1);
  CHECK(check_readmes({{"broker/core/a.cc", ""}, {"broker/core/README.md", ""}}).empty());
  CHECK(check_readmes({{"tests/core/a_test.cc", ""}, {"tests/README.md", ""}}).empty());
}

TEST_CASE("Code that clang-format would change is found, in a path with spaces too") {
  if (output_of("clang-format --version 2>&-").empty()) {
    WARN("clang-format is not installed");
    return;
  }
  const Checkout checkout;
  checkout.write(".clang-format", "BasedOnStyle: Google\n");
  checkout.write("broker/good.cc", "int a = 1;\n");
  checkout.write("broker/bad.cc", "int a = 1;\nint   b=2;\n");
  const auto findings = check_layout(checkout.root(), project_files(checkout.root()));
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].path == "broker/bad.cc");
  CHECK(findings[0].line == 2);
}

TEST_CASE("Without git the walk leaves build folders out") {
  const Checkout checkout;
  checkout.write("broker/main.cc", "int a;\n");
  checkout.write("build/dev/made.cc", "int a;\n");
  const auto files = project_files(checkout.root());
  REQUIRE(files.size() == 1);
  CHECK(files[0].path == "broker/main.cc");
  CHECK(files[0].text == "int a;\n");
}
