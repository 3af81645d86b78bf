#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <set>
#include <sstream>

#include "agents/document/fields.h"
#include "tests/document/examples.h"

using namespace safeconduct;
using namespace safeconduct::document;
using nlohmann::json;

namespace {

constexpr const char* kSchema = SAFECONDUCT_SOURCE "/agents/document/referral.schema.json";

std::string text_of_file(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream out;
  out << file.rdbuf();
  return out.str();
}

}  // namespace

TEST_CASE("The published schema is the one that parses") {
  if (std::getenv("UPDATE_GOLDEN") != nullptr) {
    std::ofstream(kSchema) << referral_schema();
  }
  const bool same = text_of_file(kSchema) == referral_schema();
  INFO("run with UPDATE_GOLDEN=1 to write " << kSchema);
  CHECK(same);
}

TEST_CASE("The published schema lists every category with every field") {
  const json schema = json::parse(referral_schema());
  const json content = full_referral()["content"];
  const json& categories = schema["properties"]["content"]["properties"];
  CHECK(categories.size() == policies::kCategoryCount);
  for (const auto& [category, value] : content.items()) {
    for (const auto& [field, ignored] : value.items()) {
      INFO(category << "." << field);
      CHECK(categories[category]["properties"].contains(field));
    }
  }
}

TEST_CASE("Fields that claim a name of HTCDS 2.0 carry it") {
  std::ifstream file(SAFECONDUCT_SHARED "/vectors/domain/htcds/field-names.json");
  if (!file) {
    WARN("no list of HTCDS names; the names are not compared here");
    return;
  }
  const auto known = json::parse(file).get<std::set<std::string>>();
  int claimed = 0;
  for (std::size_t i = 0; i < policies::kCategoryCount; ++i) {
    for (const Field& field : form_of(policies::category_at(i)).full) {
      if (field.htcds.empty()) continue;
      ++claimed;
      INFO(field.htcds);
      CHECK(known.contains(std::string(field.htcds)));
    }
  }
  CHECK(claimed >= 20);
}
