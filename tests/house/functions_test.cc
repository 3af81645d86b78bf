#include "tests/house/functions.h"

#include <catch2/catch.hpp>

using namespace safeconduct::house;

namespace {

std::vector<std::string> names_in(std::string_view text) {
  std::vector<std::string> names;
  for (const Function& function : functions_of(text).functions) names.push_back(function.name);
  return names;
}

}  // namespace

TEST_CASE("A function is measured from its head to its closing brace") {
  const auto scan =
      functions_of("namespace x {\n\nint f(int a,\n      int b) {\n  return a;\n}\n}\n");
  REQUIRE(scan.functions.size() == 1);
  CHECK(scan.functions[0].name == "f");
  CHECK(scan.functions[0].line == 3);
  CHECK(scan.functions[0].lines == 4);
  CHECK(scan.balanced);
}

TEST_CASE("A function of a hundred lines is seen as such") {
  std::string text = "void longest() {\n";
  for (int i = 0; i < 98; ++i) text += "  if (x) { y({1, 2}); }\n";
  const auto scan = functions_of(text + "}\n");
  REQUIRE(scan.functions.size() == 1);
  CHECK(scan.functions[0].lines == 100);
}

TEST_CASE("Members, operators, constructors and templates are functions") {
  CHECK(names_in("class A {\n public:\n  A(int a) : a_{a}, b_(2), std::c_{3} {}\n"
                 "  bool operator()(int) const { return true; }\n  auto g() -> B::C {}\n};\n") ==
        std::vector<std::string>{"A", "operator", "g"});
  CHECK(names_in("template <class T, int N = f(2)>\nT* h(T t = {}) noexcept { return t; }\n"
                 "bool X::operator==(const X& o) const { return 1; }\nX::~X() {}\n") ==
        std::vector<std::string>{"h", "X::operator==", "X::~X"});
}

TEST_CASE("Types, initializers and lambdas are not") {
  CHECK(names_in("enum class E : int { kA };\nstruct alignas(8) S { int a{1}; };\n"
                 "constexpr int kT[] = {1, f(2)};\nconst V kV{1, 2};\n"
                 "namespace a::b { extern \"C\" { int x; } }\n"
                 "auto l = [](int a) { return a; };\nvoid last() {}\n") ==
        std::vector<std::string>{"last"});
}

TEST_CASE("Braces that do not close are reported") {
  CHECK_FALSE(functions_of("void f() {").balanced);
  CHECK_FALSE(functions_of("}").balanced);
  CHECK(functions_of("const char* s = \"{\"; // {\n").balanced);
}
