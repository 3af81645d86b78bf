#include <catch2/catch.hpp>

#include "agents/person/texts.h"
#include "agents/person/wording.h"
#include "policies/vocabulary.h"

using namespace safeconduct;
using namespace safeconduct::person;

namespace {

const std::string kSmall = "direction = ltr\nuntil = until {date}, {time}\n";

std::string complaint(const std::string& text) {
  const auto texts = Texts::parse(text, "xx");
  REQUIRE_FALSE(texts);
  return texts.error().message;
}

}  // namespace

TEST_CASE("There are pages in Arabic, English, French, Romanian and Spanish") {
  for (const char* language : {"ar", "en", "es", "fr", "ro"}) {
    INFO(language);
    const auto texts = texts_in(language);
    REQUIRE(texts);
    CHECK(texts->right_to_left() == (std::string(language) == "ar"));
  }
}

TEST_CASE("Every language has every sentence, with the same blanks") {
  const Texts first = texts_in("en").value();
  for (const TextFile& file : text_files()) {
    const auto texts = Texts::parse(file.text, file.language);
    REQUIRE(texts);
    for (const std::string& line : differences(first, *texts)) {
      FAIL_CHECK(std::string(file.language) + ".text: " + line);
    }
    CHECK(texts->forbidden().size() >= 20);
  }
}

TEST_CASE("A translation that lacks a sentence, has one too many or another blank is told") {
  const Texts first = Texts::parse(kSmall, "en").value();
  const auto against = [&](const std::string& text) {
    return differences(first, Texts::parse(text, "xx").value());
  };
  CHECK(against(kSmall).empty());
  CHECK(against("direction = ltr\n") == std::vector<std::string>{"`until` is missing"});
  CHECK(against("direction = ltr\nuntil = {date}\n") ==
        std::vector<std::string>{"`until` has other blanks"});
  CHECK(against(kSmall + "more = x\n") == std::vector<std::string>{"`more` is not known"});
}

TEST_CASE("Every word of the vocabulary has a sentence in every language") {
  for (const std::string& language : languages()) {
    const Texts texts = texts_in(language).value();
    const auto all_of = [&](const std::string& kind, std::span<const std::string_view> names) {
      for (const auto name : names) {
        INFO(language << " " << kind << " " << name);
        CHECK(texts.has(kind + "." + std::string(name)));
      }
    };
    all_of("purpose", policies::purpose_names());
    all_of("role", policies::role_names());
    all_of("category", policies::category_names());
    all_of("reason", policies::reason_names());
    for (const auto basis : policies::basis_names()) {
      if (basis != "consent") CHECK(texts.has("basis." + std::string(basis)));
    }
  }
}

TEST_CASE("A file of sentences is read strictly") {
  CHECK(complaint("direction = ltr\nwhat\n").find("xx.text:2: write `name = sentence`") == 0);
  CHECK(complaint("direction = ltr\na = 1\na = 2\n").find("comes twice") != std::string::npos);
  CHECK(complaint("  on\n").find("go on") != std::string::npos);
  CHECK(complaint("direction = ltr\na = {x\n").find("not closed") != std::string::npos);
  CHECK(complaint("direction = ltr\na = x}\n").find("not closed") != std::string::npos);
  CHECK(complaint("a = x\n").find("direction") != std::string::npos);
  CHECK(complaint("direction = ltr\na =\n").find("no sentence") != std::string::npos);
  const Texts texts = Texts::parse("# c\ndirection = ltr\na = one\n  two {b}\n", "xx").value();
  CHECK(texts.say("a", {{"b", "{c}"}}) == "one two {c}");
}

TEST_CASE("An unknown language is answered with those that there are") {
  const auto texts = texts_in("ex");
  REQUIRE_FALSE(texts);
  CHECK(texts.error().message.find("ar, en, es, fr, ro") != std::string::npos);
}

TEST_CASE("Latin names in an Arabic sentence stay in one piece") {
  const Texts texts = texts_in("ar").value();
  CHECK(texts.say("stop.where", {{"agency", "haven"}}).find("\xE2\x81\xA8haven\xE2\x81\xA9") !=
        std::string::npos);
}

TEST_CASE("Times are those of the person's zone, with its summer time") {
  const auto at = [](const char* time) { return parse_rfc3339(time).value(); };
  CHECK(local_time(at("2026-11-24T23:30:00Z"), "Europe/Bucharest").value() ==
        LocalTime{2026, 11, 25, 1, 30});
  CHECK(local_time(at("2026-07-01T12:00:00Z"), "Europe/Madrid").value().hour == 14);
  CHECK(local_time(at("2026-12-01T12:00:00Z"), "Europe/Madrid").value().hour == 13);
  CHECK(local_time(at("2026-07-01T12:00:00Z"), "UTC").value().hour == 12);
  CHECK(local_time(at("1969-12-31T23:59:00Z"), "UTC").value() == LocalTime{1969, 12, 31, 23, 59});
  for (const char* zone : {"Europe/Madird", "", "../../etc/passwd", "a b", "Nowhere"}) {
    INFO(zone);
    const auto wrong = local_time(at("2026-07-01T12:00:00Z"), zone);
    REQUIRE_FALSE(wrong);
    CHECK(wrong.error().code == ErrorCode::kInvalid);
  }
}

TEST_CASE("Days are written as the language writes them") {
  const Instant at = parse_rfc3339("2026-03-02T22:05:00Z").value();
  const auto in = [&](const char* language) {
    const Texts texts = texts_in(language).value();
    return Wording(texts, false, "UTC").day_and_time(at);
  };
  CHECK(in("en") == "2 March 2026, 22:05");
  CHECK(in("es") == "2 de marzo de 2026, 22:05");
  CHECK(in("fr") == "2 mars 2026, 22:05");
  CHECK(in("ro") == "2 martie 2026, 22:05");
}
