#include "tests/house/source.h"

#include <catch2/catch.hpp>

using namespace safeconduct::house;

TEST_CASE("Comments and literals become spaces, lines stay where they are") {
  CHECK(code_of("int a; // note\nint b;") == "int a;        \nint b;");
  CHECK(code_of("a /* x\ny */ b") == "a     \n     b");
  CHECK(code_of(R"(f("//no", '"', "\"q"))") == R"(f("    ", ' ', "   "))");
  CHECK(code_of("g(R\"x(a\"b)x\") + 1") == "g(R\"       \") + 1");
  CHECK(code_of("int n = 1'000; // 'x") == "int n = 1'000;      ");
}

TEST_CASE("Includes are read where they stand, and not out of a comment or a text") {
  const auto includes = includes_of(
      "#include \"a/b.h\"\n// #include \"no.h\"\n  #  include <vector>\n"
      "const char* s = \"#include <no>\";\n/*\n#include \"no.h\"\n*/\n");
  REQUIRE(includes.size() == 2);
  CHECK(includes[0].name == "a/b.h");
  CHECK(includes[0].is_quoted);
  CHECK(includes[1].name == "vector");
  CHECK(includes[1].line == 3);
}

TEST_CASE("A macro with its continued lines is no statement") {
  CHECK(statements_of("#define F \\\n  {\nint a;\n").find('{') == std::string::npos);
  CHECK(statements_of("#define F \\\n  {\nint a;\n").find("int a;") != std::string::npos);
}

TEST_CASE("A word is found only when it stands alone") {
  CHECK(find_word("doubled double", "double") == 8);
  CHECK(find_word("redouble double_", "double") == std::string_view::npos);
}
