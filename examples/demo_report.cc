#include "examples/demo_report.h"

#include <algorithm>
#include <iomanip>
#include <ostream>

namespace safeconduct::demo {
namespace {

std::string joined(const std::vector<std::string>& list) {
  std::string out;
  for (const std::string& word : list) out += (out.empty() ? "" : ", ") + words(word);
  return out;
}

std::vector<std::string> kept_at(const Played& one, const std::string& level) {
  std::vector<std::string> out;
  if (!one.fate.contains("kept")) return out;
  for (const auto& [category, kept] : one.fate["kept"].items()) {
    if (kept == level) out.push_back(category);
  }
  return out;
}

// What the sender had and the recipient does not have in full, by reason.
std::map<std::string, std::vector<std::string>> withheld_by_reason(const Played& one) {
  std::map<std::string, std::vector<std::string>> out;
  if (!one.fate.contains("outcome")) return out;
  for (const std::string& category : one.sent) {
    const bool arrived = one.fate.contains("kept") && one.fate["kept"].contains(category);
    if (arrived || !one.fate["outcome"].contains(category)) continue;
    const Json& decided = one.fate["outcome"][category];
    const bool has_reason = decided.contains("reason") && decided["reason"].is_string();
    out[has_reason ? decided["reason"].get<std::string>() : "nothing_to_tell"].push_back(category);
  }
  return out;
}

std::string withheld(const Played& one) {
  std::string out;
  for (const auto& [reason, categories] : withheld_by_reason(one)) {
    out += (out.empty() ? "" : "; ") + joined(categories) + " (" + words(reason) + ")";
  }
  return out;
}

std::string result(const Played& one) {
  if (one.received()) {
    return std::to_string(kept_at(one, "full").size()) + " in full, " +
           std::to_string(kept_at(one, "generalised").size()) + " general";
  }
  if (!one.reason().empty()) return "REFUSED: " + words(one.reason());
  return words(one.state());
}

}  // namespace

std::string words(std::string text) {
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

Arrivals count_arrivals(const Stage& stage, const std::vector<Played>& played) {
  Arrivals out;
  std::map<std::string, int> copies;
  for (const AgencyRole& agency : cast()) {
    const Json inbox = stage.ask(agency.name, "GET", "/v1/inbox");
    for (const Json& item : inbox) copies[item.at("message")] += 1;
  }
  for (const Played& one : played) {
    const int here = copies[one.message];
    const bool accepted =
        one.received() || one.state() == "submitted" || one.state() == "delivered";
    if (accepted && here == 0) ++out.lost;
    if (here > 1) out.duplicated += here - 1;
  }
  return out;
}

void print_table(std::ostream& out, const std::vector<Played>& played) {
  out << "\n  #  who to whom          for                    what arrived               "
         "what was withheld, and why\n";
  int number = 0;
  for (const Played& one : played) {
    out << std::right << std::setw(3) << ++number << "  " << std::left << std::setw(19)
        << (one.from + " > " + one.to) << "  " << std::setw(21) << words(one.purpose) << "  "
        << std::setw(25) << result(one);
    const std::string why = one.received() ? withheld(one) : "everything";
    out << "  " << (why.empty() ? "-" : why) << "\n";
  }
}

void print_police(std::ostream& out, const std::vector<Played>& played) {
  out << "\nWhat the police (metro) did not get\n";
  for (const Played& one : played) {
    if (one.to != "metro") continue;
    out << "  " << one.title << "\n    ";
    if (one.received()) {
      const std::string kept_back = withheld(one);
      out << "got " << joined(kept_at(one, "full"));
      const auto general = kept_at(one, "generalised");
      if (!general.empty())
        out << (kept_at(one, "full").empty() ? "" : ", and ") << "in general form "
            << joined(general);
      out << "; did not get " << (kept_back.empty() ? "anything else" : kept_back) << "\n";
    } else {
      out << "got nothing: " << words(one.reason()) << "\n";
    }
  }
}

std::vector<std::string> unexpected(const std::vector<Played>& played) {
  std::vector<std::string> out;
  for (const Played& one : played) {
    if (one.expect.is_null()) continue;
    const bool wanted = one.expect.at("deliver");
    const std::string reason = one.expect.value("reason", "");
    if (wanted != one.received() || (!wanted && reason != one.reason())) {
      out.push_back(one.title + ": expected " + (wanted ? "to arrive" : words(reason)) + ", was " +
                    result(one));
    }
  }
  return out;
}

}  // namespace safeconduct::demo
