#include "tests/house/words.h"

#include <catch2/catch.hpp>

using namespace safeconduct::house;

TEST_CASE("A word for unfinished work is found with its line") {
  const std::string mark = std::string("TO") + "DO";
  const auto findings = check_words("a.md", "fine\n// " + mark + ": later\n");
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].line == 2);
  CHECK(check_words("a.cc", std::string("a St") + "ub.").size() == 1);
  CHECK(check_words("a.cc", std::string("X") + "XX").size() == 1);
  CHECK(check_words("a.cc", "mkdtemp(\"demo-XXXXXX\"); stubborn; todos").empty());
}

TEST_CASE("A path of one machine is found, a path that only looks like one is not") {
  const std::string slash = "/";
  for (const char* folder : {"work", "root", "tmp", "home"}) {
    CAPTURE(folder);
    CHECK(check_machine_paths("a", "cd " + slash + folder + "/x\n").size() == 1);
    CHECK(check_machine_paths("a", "\"" + slash + folder + "\"\n").size() == 1);
    CHECK(check_machine_paths("a", "https://example.org" + slash + folder + "\n").empty());
    CHECK(check_machine_paths("a", "${build}" + slash + folder + "\n").empty());
    CHECK(check_machine_paths("a", slash + folder + "_queue\n").empty());
  }
}

TEST_CASE("A type whose name ends in an empty word is found") {
  for (const char* bad : {"class KeyManager {", "struct CaseData {", "enum class TypeInfo {",
                          "using TextUtil = int;", "class [[nodiscard]] Helper {"}) {
    CAPTURE(bad);
    CHECK(check_type_names("a.h", bad).size() == 1);
  }
  for (const char* good :
       {"struct Metadata {", "class Commons {", "// class KeyManager", "using namespace std;"}) {
    CAPTURE(good);
    CHECK(check_type_names("a.h", good).empty());
  }
}

TEST_CASE("Floating point is found in code and not in comments") {
  CHECK(check_no_floats("a.cc", "int a;\ndouble b;\n").front().line == 2);
  CHECK(check_no_floats("a.cc", "std::vector<float> b;").size() == 1);
  CHECK(check_no_floats("a.cc", "// double check\nbool doubled;\nf(\"float\");\n").empty());
}

TEST_CASE("Columns are counted in characters, not in bytes") {
  CHECK(check_columns("a.cc", std::string(100, 'x')).empty());
  CHECK(check_columns("a.cc", "ok\n" + std::string(101, 'x')).front().line == 2);
  std::string umlauts;
  for (int i = 0; i < 100; ++i) umlauts += "ü";
  CHECK(check_columns("a.cc", umlauts).empty());
}

TEST_CASE("A file that is too long is found, by the bound of its kind") {
  const auto lines = [](int n) { return std::string(static_cast<std::size_t>(n), '\n'); };
  CHECK(check_file_length("a.h", lines(250)).empty());
  CHECK(check_file_length("a.h", lines(251)).size() == 1);
  CHECK(check_file_length("a.cc", lines(400)).empty());
  CHECK(check_file_length("a.cc", lines(401)).size() == 1);
}
