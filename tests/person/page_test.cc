#include <catch2/catch.hpp>
#include <set>

#include "agents/person/html.h"
#include "agents/person/page.h"
#include "agents/person/sections.h"
#include "tests/person/sample.h"

using namespace safeconduct;
using namespace safeconduct::person;

namespace {

bool has(const std::string& text, const std::string& piece) {
  return text.find(piece) != std::string::npos;
}

std::string page_of(const Facts& facts, const PageOptions& options) {
  const auto page = render(facts, options);
  INFO((page ? "" : page.error().message));
  REQUIRE(page);
  return *page;
}

std::vector<PageOptions> every_page() {
  std::vector<PageOptions> out;
  for (const std::string& language : languages()) {
    for (const Sheet sheet : {Sheet::kReceipt, Sheet::kDisclosures}) {
      for (const bool neutral : {false, true}) out.push_back({sheet, language, "UTC", neutral});
    }
  }
  return out;
}

// Tags that are closed in the order in which they were opened.
bool well_formed(const std::string& page) {
  static const std::set<std::string> kVoid = {"meta", "!DOCTYPE"};
  std::vector<std::string> open;
  for (std::size_t at = page.find('<'); at != std::string::npos; at = page.find('<', at + 1)) {
    const std::size_t end = page.find_first_of(" >", at);
    const std::string tag = page.substr(at + 1, end - at - 1);
    if (tag.starts_with('/')) {
      if (open.empty() || open.back() != tag.substr(1)) return false;
      open.pop_back();
    } else if (!kVoid.contains(tag)) {
      open.push_back(tag);
    }
  }
  return open.empty();
}

}  // namespace

TEST_CASE("A receipt says what was agreed, with whom, how precisely, and until when") {
  const std::string page = page_of(everyday_facts(), {});
  CHECK(has(page, "This holds until 21 December 2026."));
  CHECK(has(page, "You agreed on 21 November 2026."));
  CHECK(has(page, "a safe place to stay"));
  CHECK(has(page, "haven (shelter), lantern (shelter)"));
  CHECK(has(page, "<dd>what you need, your name, how to reach you</dd>"));
  CHECK(has(page, "<dd>age, gender and origin, your health</dd>"));
  CHECK(has(page, "metro (police)"));
  CHECK(has(page, "No, to nobody."));
  CHECK(has(page, "Your rights"));
}

TEST_CASE("The list says who was told what, when and why, and what was not and why not") {
  const std::string page = page_of(everyday_facts(), {Sheet::kDisclosures});
  CHECK(has(page, "22 November 2026, 22:30"));
  CHECK(has(page, "<dd>your health (it needs your separate yes)</dd>"));
  CHECK(has(page, "They signed that they have it."));
  CHECK(has(page, "We asked if there is a place, without saying who you are."));
  CHECK(has(page, "It was stopped: only your lawyer may tell it, if you want"));
  CHECK(has(page, "555 0100, weekdays 9 to 17"));
  CHECK(has(page, "4F2A9-1C3D7"));
}

TEST_CASE("Deletion receipts, onward disclosures and other grounds are told") {
  Facts facts = everyday_facts();
  Disclosure& one = facts.disclosures[0];
  one.fate = Fate::kStopped;
  one.deletion = Deletion{sample_time(), policies::bit(policies::Category::kHealth)};
  one.passed_on_by = AgencyId::parse("lantern").value();
  one.basis = policies::Basis::kBreakGlass;
  facts.agreement.reset();
  const std::string page = page_of(facts, {Sheet::kDisclosures});
  CHECK(has(page, "They were told to stop using it and to delete it."));
  CHECK(has(page, "They signed on 24 November 2026 that they deleted it."));
  CHECK(has(page, "They keep, because a law says so: your health"));
  CHECK(has(page, "Passed on by lantern"));
  CHECK(has(page, "Without your agreement: a life was in danger"));
  CHECK(has(page, "You were not asked before this was passed on."));
}

TEST_CASE("Times on the page follow the zone that was asked for") {
  const std::string page = page_of(everyday_facts(), {Sheet::kDisclosures, "en", "Asia/Manila"});
  CHECK(has(page, "23 November 2026, 06:30"));
  CHECK(has(page, "All times are those of Asia/Manila."));
  CHECK_FALSE(render(everyday_facts(), {Sheet::kDisclosures, "en", "Asia/Manilla"}));
}

TEST_CASE("Every page is small, whole, and asks nothing of any network") {
  for (const Facts& facts : {everyday_facts(), crowded_facts()}) {
    for (const PageOptions& options : every_page()) {
      INFO(options.language << (options.neutral ? " neutral" : ""));
      const std::string page = page_of(facts, options);
      CHECK(page.size() <= kPageBytesMax);
      CHECK(well_formed(page));
      for (const char* what : {"<script", "http:", "https:", "src=", "url(", "@import", "<link",
                               "onclick", "javascript"}) {
        INFO(what);
        CHECK_FALSE(has(page, what));
      }
      CHECK(has(page, "width=device-width"));
      CHECK(has(page, "default-src 'none'"));
      CHECK(has(page, options.language == "ar" ? "dir=\"rtl\"" : "dir=\"ltr\""));
    }
  }
}

TEST_CASE("What does not fit on a sheet is counted, not left out in silence") {
  const std::string page = page_of(crowded_facts(), {Sheet::kDisclosures});
  const std::string sentence = "There is more than fits here: ";
  const std::size_t at = page.find(sentence);
  REQUIRE(at != std::string::npos);
  std::size_t shown = 0;
  for (std::size_t i = page.find("<article"); i != std::string::npos;
       i = page.find("<article", i + 1)) {
    shown += 1;
  }
  CHECK(std::stoul(page.substr(at + sentence.size())) + shown == 200);
}

TEST_CASE("The neutral page has none of the words that give away, in any language") {
  for (const Facts& facts : {everyday_facts(), crowded_facts()}) {
    for (const PageOptions& options : every_page()) {
      if (!options.neutral) continue;
      const std::string page = page_of(facts, options);
      const std::string text = text_of_markup(page);
      INFO(options.language);
      CHECK(forbidden_in(text, texts_in(options.language).value()).empty());
      for (const char* agency : {"haven", "lantern", "metro", "counsel", "agency-"}) {
        CHECK_FALSE(has(page, agency));
      }
      CHECK_FALSE(has(page, "Women"));
      CHECK(has(page, "Harbour Centre"));
      CHECK(has(page, "4F2A9-1C3D7"));
    }
  }
}

TEST_CASE("The open page would be found out, so the check of the neutral one can fail") {
  for (const std::string& language : languages()) {
    INFO(language);
    const std::string page = page_of(crowded_facts(), {Sheet::kReceipt, language});
    CHECK_FALSE(forbidden_in(text_of_markup(page), texts_in(language).value()).empty());
  }
  const Texts english = texts_in("en").value();
  CHECK(forbidden_in("our Shelters", english) == "shelter");
  CHECK(forbidden_in("the incourt of", english).empty());
}

TEST_CASE("An agency whose own name gives it away gets no neutral page") {
  Facts facts = everyday_facts();
  facts.holder.neutral_name = "Refugio Sol";
  const auto page = render(facts, {Sheet::kReceipt, "en", "UTC", true});
  REQUIRE_FALSE(page);
  CHECK(has(page.error().message, "person.neutral_name"));
  CHECK(render(facts, {Sheet::kReceipt, "en", "UTC", false}));
  facts.holder = {facts.holder.agency, "", "", "", ""};
  const std::string nameless = page_of(facts, {Sheet::kReceipt, "en", "UTC", true});
  CHECK(has(nameless, "Tell the person who gave you this page"));
  CHECK_FALSE(has(nameless, "harbour"));
}

TEST_CASE("Nothing that an agency writes about itself becomes markup") {
  Facts facts = everyday_facts();
  facts.holder.name = "<script>alert('x')</script> & \"Sons\"";
  facts.holder.contact = "<img src=x>";
  const std::string page = page_of(facts, {});
  CHECK_FALSE(has(page, "<script"));
  CHECK_FALSE(has(page, "<img"));
  CHECK(has(page, "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;Sons&quot;"));
}
