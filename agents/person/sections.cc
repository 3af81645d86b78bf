#include "agents/person/sections.h"

#include <algorithm>
#include <map>

#include "agents/person/html.h"

namespace safeconduct::person {
namespace {

// Letters that a sheet has room for in one section, by what else stands on it.
constexpr std::size_t kGrantLetters = 2'300;
constexpr std::size_t kRowLettersReceipt = 1'500;
constexpr std::size_t kRowLettersDisclosures = 5'600;
constexpr std::size_t kRowFrame = 70;  // a row's borders and line ends, as letters

void pair(Html& html, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  html.open("div");
  html.element("dt", name);
  html.element("dd", value);
  html.close();
}

// Takes rows while they fit, at least one; says how many more there are.
class Rows {
 public:
  explicit Rows(std::size_t room) : left_(room) {}
  void add(Html& html, Html row) {
    const std::size_t size = letters(text_of_markup(row.markup())) + kRowFrame;
    if (taken_ > 0 && size > left_) left_ = 0;
    if (taken_ > 0 && left_ == 0) {
      over_ += 1;
      return;
    }
    left_ -= std::min(left_, size);
    taken_ += 1;
    html.append(std::move(row));
  }
  void finish(Html& html, const Wording& words) const {
    if (over_ == 0) return;
    html.element("p", words.say("got.more", {{"count", std::to_string(over_)}}), "class=\"note\"");
  }

 private:
  std::size_t left_;
  std::size_t taken_ = 0;
  std::size_t over_ = 0;
};

std::string holder_name(const Holder& holder, bool neutral) {
  if (neutral) return holder.neutral_name;
  return holder.name.empty() ? holder.agency.text() : holder.name;
}

void header(Html& html, const Facts& facts, const Wording& words) {
  html.open("header");
  html.element("h1", words.say("title"));
  html.element("p", words.say("lead"));
  const std::string name = holder_name(facts.holder, words.neutral());
  const std::string day = words.day(facts.made_at);
  html.element("p",
               name.empty() ? words.say("made.nobody", {{"date", day}})
                            : words.say("made", {{"agency", name}, {"date", day}}),
               "class=\"note\"");
  html.close();
}

std::string state_sentence(const Facts& facts, const Wording& words) {
  if (!facts.agreement) return words.say("state.none");
  const Agreement& agreement = *facts.agreement;
  switch (agreement.state) {
    case AgreementState::kWaiting:
      return words.say("state.waiting");
    case AgreementState::kLive:
      return words.say("state.live", {{"date", words.day(agreement.expires)}});
    case AgreementState::kOver:
      return words.say("state.over", {{"date", words.day(agreement.expires)}});
    case AgreementState::kWithdrawn:
      return words.say("state.withdrawn", {{"date", words.day(agreement.withdrawn_at)}});
    case AgreementState::kRefused:
      return words.say("state.refused");
  }
  return {};
}

Html grant_row(const Grant& grant, Wording& words) {
  Html html;
  html.open("article");
  html.element("h3", words.of(grant.purpose));
  html.open("dl");
  pair(html, words.say("grant.with"), words.of(grant.recipients));
  pair(html, words.say("grant.full"), words.of(grant.full));
  pair(html, words.say("grant.part"), words.of(grant.generalised & ~grant.full));
  html.close();
  html.close();
  return html;
}

void limits_of(Html& html, const Agreement& agreement, Wording& words) {
  html.open("dl");
  // Whom the person fears is not written where it may be found.
  if (!words.neutral()) pair(html, words.say("never.agencies"), words.of(agreement.never_agencies));
  pair(html, words.say("never.categories"), words.of(agreement.never_categories));
  std::vector<std::string> purposes;
  for (const policies::Purpose purpose : agreement.onward_purposes) {
    const std::string word = words.of(purpose);
    if (std::find(purposes.begin(), purposes.end(), word) == purposes.end())
      purposes.push_back(word);
  }
  pair(html, words.say("onward"),
       purposes.empty() ? words.say("onward.no")
                        : words.say("onward.yes", {{"purposes", words.list(purposes)}}));
  html.close();
}

void agreed(Html& html, const Facts& facts, Sheet sheet, Wording& words) {
  html.open("section");
  html.element("h2", words.say("agreed"));
  html.element("p", state_sentence(facts, words), "class=\"state\"");
  if (facts.agreement) {
    const Agreement& agreement = *facts.agreement;
    html.element("p", words.say("given", {{"date", words.day(agreement.given)}}));
    if (agreement.taken_back != 0) {
      html.element("p", words.say("taken_back", {{"what", words.of(agreement.taken_back)}}));
    }
    if (sheet == Sheet::kReceipt) {
      Rows rows(kGrantLetters);
      for (const Grant& grant : agreement.grants) rows.add(html, grant_row(grant, words));
      rows.finish(html, words);
      limits_of(html, agreement, words);
    }
  }
  html.close();
}

std::string fate_sentence(const Disclosure& one, const Wording& words) {
  switch (one.fate) {
    case Fate::kWaiting:
      return words.say("fate.waiting");
    case Fate::kGiven:
      return words.say("fate.given");
    case Fate::kReceived:
      return words.say("fate.received");
    case Fate::kRefused:
      return words.say("fate.refused", {{"reason", one.refusal ? words.of(*one.refusal)
                                                               : words.say("reason.technical")}});
    case Fate::kFailed:
      return words.say("fate.failed");
    case Fate::kEnded:
      return words.say("fate.ended");
    case Fate::kRecalled:
      return words.say("fate.recalled");
    case Fate::kStopped:
      return words.say("fate.stopped");
  }
  return {};
}

// `age, health (they do not need it for this), where you are (you said never)`: one reason once.
std::vector<std::string> with_reasons(const Disclosure& one, bool reduced, const Wording& words) {
  std::map<policies::Reason, policies::CategorySet> by_reason;
  for (const Withheld& withheld : one.withheld) {
    if (withheld.reduced == reduced) by_reason[withheld.reason] |= policies::bit(withheld.category);
  }
  std::vector<std::string> items;
  for (const auto& [reason, categories] : by_reason) {
    items.push_back(
        words.say("row.reason", {{"what", words.of(categories)}, {"reason", words.of(reason)}}));
  }
  return items;
}

// Told in general words: without a reason what was agreed so, with one what was cut down.
std::string part_words(const Disclosure& one, const Wording& words) {
  policies::CategorySet plain = one.generalised & ~one.full;
  for (const Withheld& withheld : one.withheld) {
    if (withheld.reduced) plain &= ~policies::bit(withheld.category);
  }
  std::vector<std::string> items = with_reasons(one, true, words);
  if (plain != 0) items.insert(items.begin(), words.of(plain));
  return words.list(items);
}

Html disclosure_row(const Disclosure& one, Wording& words) {
  Html html;
  html.open("article", was_told(one.fate) ? "" : "class=\"untold\"");
  html.element("h3", words.of(one.to));
  html.element("p", words.day_and_time(one.at), "class=\"time\"");
  html.element("p", fate_sentence(one, words));
  html.open("dl");
  pair(html, words.say("row.why"), words.of(one.purpose));
  html.close();
  if (one.basis != policies::Basis::kConsent) {
    html.element("p", words.say("row.basis", {{"basis", words.of(one.basis)}}));
  }
  if (one.passed_on_by) {
    const std::string by = words.of(Party{*one.passed_on_by, {}});
    html.element("p", words.say("row.onward", {{"agency", by}}));
  }
  if (one.stage == policies::Stage::kInquiry && one.fate != Fate::kRefused) {
    html.element("p", words.say("row.inquiry"));
  }
  if (was_told(one.fate)) {
    html.open("dl");
    pair(html, words.say("row.full"), words.of(one.full));
    pair(html, words.say("row.part"), part_words(one, words));
    pair(html, words.say("row.withheld"), words.list(with_reasons(one, false, words)));
    html.close();
  }
  if (one.deletion) {
    html.element("p", words.say("fate.deleted", {{"date", words.day(one.deletion->at)}}));
    if (one.deletion->kept != 0) {
      html.element("p", words.say("fate.kept", {{"what", words.of(one.deletion->kept)}}));
    }
  }
  html.close();
  return html;
}

void got(Html& html, const Facts& facts, Sheet sheet, Wording& words) {
  html.open("section");
  html.element("h2", words.say("got"));
  if (facts.disclosures.empty()) html.element("p", words.say("got.none"));
  Rows rows(sheet == Sheet::kReceipt ? kRowLettersReceipt : kRowLettersDisclosures);
  for (const Disclosure& one : facts.disclosures) rows.add(html, disclosure_row(one, words));
  rows.finish(html, words);
  if (!facts.disclosures.empty()) {
    html.element("p", words.say("times", {{"zone", words.zone()}}), "class=\"note\"");
  }
  html.close();
}

// In its own direction, whichever way the page runs.
void big(Html& html, std::string_view text) {
  html.open("p", "class=\"big\"");
  html.element("bdi", text);
  html.close();
}

void stop(Html& html, const Facts& facts, const Wording& words) {
  const Holder& holder = facts.holder;
  const std::string name = holder_name(holder, words.neutral());
  const std::string& contact = words.neutral() ? holder.neutral_contact : holder.contact;
  html.open("section", "class=\"stop\"");
  html.element("h2", words.say("stop"));
  html.element("p", words.say("stop.how"));
  if (name.empty() || contact.empty()) {
    html.element("p", words.say("stop.nobody"));
  } else {
    html.element("p", words.say("stop.where", {{"agency", name}}));
    big(html, contact);
  }
  html.element("p", words.say("stop.code"));
  big(html, facts.code);
  html.close();
}

void sentences(Html& html, const Wording& words, const std::string& title,
               const std::vector<std::string>& names) {
  html.open("section");
  html.element("h2", words.say(title));
  html.open("ul");
  for (const std::string& name : names) html.element("li", words.say(name));
  html.close();
  html.close();
}

}  // namespace

std::string sections(const Facts& facts, Sheet sheet, Wording& words) {
  Html html;
  header(html, facts, words);
  html.open("main");
  agreed(html, facts, sheet, words);
  if (sheet == Sheet::kReceipt) {
    stop(html, facts, words);
    got(html, facts, sheet, words);
  } else {
    got(html, facts, sheet, words);
    stop(html, facts, words);
  }
  sentences(html, words, "after",
            {"after.waiting", "after.stop", "after.law", "after.read", "after.list"});
  if (sheet == Sheet::kReceipt) {
    sentences(html, words, "rights",
              {"right.help", "right.talk", "right.time", "right.language", "right.place",
               "right.care", "right.blame", "right.money", "right.list", "right.country"});
  }
  html.close();
  return html.take();
}

std::size_t letters(std::string_view text) {
  const auto begins = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; };
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins));
}

std::string text_of_markup(std::string_view markup) {
  std::string out;
  while (!markup.empty()) {
    const std::size_t open = std::min(markup.find('<'), markup.size());
    out += markup.substr(0, open);
    markup.remove_prefix(open);
    if (markup.empty()) break;
    const std::string_view end = markup.starts_with("<style") ? "</style>" : ">";
    const std::size_t close = markup.find(end);
    if (close == std::string_view::npos) break;
    markup.remove_prefix(close + end.size());
    out += '\n';
  }
  return out;
}

}  // namespace safeconduct::person
