// What a browser makes of the page: one sheet of A4, and no wider than a small phone.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "agents/person/texts.h"
#include "tests/io/temp_folder.h"
#include "tests/person/sample.h"
#include "tests/rig/process.h"

using namespace safeconduct;
using namespace safeconduct::person;

namespace {

namespace fs = std::filesystem;

// SAFECONDUCT_PAGES keeps pages, pictures and prints there, to be looked at.
std::string folder_for_pages(const io::TempFolder& folder) {
  const char* kept = std::getenv("SAFECONDUCT_PAGES");
  return kept != nullptr ? kept : folder.path();
}

bool has_browser() {
  return std::system("command -v chromium >/dev/null 2>&1") == 0;
}

// Runs the browser without network, with a profile of its own.
bool browse(const std::string& folder, const std::string& arguments) {
  const std::string command =
      "timeout 60 chromium --headless --no-sandbox --disable-gpu "
      "--disable-dev-shm-usage --user-data-dir=" +
      folder + "/profile --host-resolver-rules='MAP * ~NOTFOUND' " + arguments + " >" + folder +
      "/browser.log 2>&1";
  return std::system(command.c_str()) == 0;
}

// Pages of a PDF: its page objects, which Chromium leaves uncompressed.
std::size_t pages_of(const std::string& path) {
  const std::string pdf = rig::read_text(path);
  std::size_t count = 0;
  for (std::size_t at = pdf.find("/Type /Page\n"); at != std::string::npos;
       at = pdf.find("/Type /Page\n", at + 1)) {
    count += 1;
  }
  return count;
}

struct Named {
  std::string name;
  Facts facts;
  PageOptions options;
};

std::vector<Named> pages_to_print() {
  std::vector<Named> out;
  for (const std::string& language : languages()) {
    for (const bool crowded : {false, true}) {
      for (const Sheet sheet : {Sheet::kReceipt, Sheet::kDisclosures}) {
        const bool neutral = !crowded && sheet == Sheet::kReceipt;
        const Facts facts = crowded ? crowded_facts() : everyday_facts();
        const std::string name = language + (sheet == Sheet::kReceipt ? "-receipt" : "-list") +
                                 (crowded ? "-crowded" : "");
        out.push_back({name, facts, {sheet, language, "UTC", false}});
        if (neutral) out.push_back({name + "-neutral", facts, {sheet, language, "UTC", true}});
      }
    }
  }
  return out;
}

}  // namespace

TEST_CASE("Every page prints on one sheet of A4, in each language, however much there is to tell") {
  if (!has_browser()) {
    WARN("no chromium here; this test needs it");
    return;
  }
  const io::TempFolder temporary;
  const std::string folder = folder_for_pages(temporary);
  for (const Named& one : pages_to_print()) {
    const std::string file = folder + "/" + one.name;
    std::ofstream(file + ".html") << render(one.facts, one.options).value();
    INFO(one.name);
    REQUIRE(browse(
        folder, "--no-pdf-header-footer --print-to-pdf=" + file + ".pdf file://" + file + ".html"));
    CHECK(pages_of(file + ".pdf") == 1);
  }
}
