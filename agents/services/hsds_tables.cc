#include "agents/services/hsds_tables.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

namespace safeconduct::services {
namespace {

using nlohmann::json;
using Line = std::vector<std::string>;

// RFC 4180 §2: fields in quotes hold commas, line ends and doubled quotes.
class Lines {
 public:
  Lines(std::string_view text, std::string_view table) : text_(text), table_(table) {
    if (text_.starts_with("\xef\xbb\xbf")) text_.remove_prefix(3);  // what spreadsheets put first
  }
  // Nothing at the end.
  Result<std::optional<Line>> next() {
    if (at_ >= text_.size()) return std::optional<Line>();
    ++line_;
    Line fields(1);
    for (;;) {
      if (at_ >= text_.size()) break;
      const char c = text_[at_++];
      if (c == '"' && fields.back().empty()) {
        TRY_OK(quoted(fields.back()));
      } else if (c == ',') {
        fields.emplace_back();
      } else if (c == '\n') {
        break;
      } else if (c != '\r') {
        fields.back() += c;
      }
    }
    return std::optional(std::move(fields));
  }
  [[nodiscard]] std::string where() const {
    return "`" + std::string(table_) + ".csv` line " + std::to_string(line_);
  }

 private:
  Status quoted(std::string& field) {
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c != '"') {
        field += c;
      } else if (at_ < text_.size() && text_[at_] == '"') {
        field += text_[at_++];
      } else {
        return {};
      }
    }
    return invalid(where() + ": a quote does not end");
  }

  std::string_view text_;
  std::string_view table_;
  std::size_t at_ = 0;
  std::size_t line_ = 0;
};

bool is_number(std::string_view text) {
  return !text.empty() && text.size() < 10 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Rows as objects; an empty field is none.
Result<std::vector<json>> rows_of(const std::map<std::string, std::string>& tables,
                                  const std::string& name) {
  std::vector<json> out;
  const auto at = tables.find(name);
  if (at == tables.end()) return out;
  Lines lines(at->second, name);
  TRY(headings, lines.next());
  if (!headings) return out;
  for (;;) {
    TRY(fields, lines.next());
    if (!fields) return out;
    if (fields->size() == 1 && fields->front().empty()) continue;
    if (fields->size() != headings->size()) {
      return invalid(lines.where() + " has " + std::to_string(fields->size()) + " fields, and " +
                     std::to_string(headings->size()) + " headings");
    }
    json row = json::object();
    for (std::size_t i = 0; i < fields->size(); ++i) {
      const std::string& heading = (*headings)[i];
      const std::string& value = (*fields)[i];
      if (value.empty()) continue;
      const bool years = heading == "minimum_age" || heading == "maximum_age";
      row[heading] = years && is_number(value) ? json(std::stoi(value)) : json(value);
    }
    out.push_back(std::move(row));
  }
}

std::string text_at(const json& row, const char* key) {
  const auto at = row.find(key);
  return at != row.end() && at->is_string() ? at->get<std::string>() : std::string();
}

const json* row_with(const std::vector<json>& rows, const std::string& id) {
  const auto at = std::find_if(rows.begin(), rows.end(),
                               [&](const json& row) { return text_at(row, "id") == id; });
  return at != rows.end() && !id.empty() ? &*at : nullptr;
}

// Rows whose `key` is the id, without the keys that only tie tables together.
json rows_for(const std::vector<json>& rows, const char* key, const std::string& id) {
  json out = json::array();
  for (json row : rows) {
    if (text_at(row, key) != id) continue;
    for (const char* tie : {"service_id", "location_id", "service_at_location_id",
                            "organization_id", "contact_id", "phone_id", "link_id"}) {
      row.erase(tie);
    }
    out.push_back(std::move(row));
  }
  return out;
}

struct Joined {
  const char* table;
  const char* key;   // of the row, that names the service
  const char* into;  // of the service
};
constexpr Joined kOfServices[] = {
    {"languages", "service_id", "languages"},
    {"schedules", "service_id", "schedules"},
    {"service_areas", "service_id", "service_areas"},
    {"phones", "service_id", "phones"},
    {"contacts", "service_id", "contacts"},
    {"cost_options", "service_id", "cost_options"},
    {"funding", "service_id", "funding"},
    {"required_documents", "service_id", "required_documents"},
};

Status add_attributes(json& service, const std::map<std::string, std::string>& tables) {
  TRY(attributes, rows_of(tables, "attributes"));
  TRY(terms, rows_of(tables, "taxonomy_terms"));
  json out = json::array();
  for (const json& attribute : attributes) {
    if (text_at(attribute, "link_id") != text_at(service, "id")) continue;
    const json* term = row_with(terms, text_at(attribute, "taxonomy_term_id"));
    out.push_back({{"taxonomy_term", term != nullptr ? *term : json::object()}});
  }
  if (!out.empty()) service["attributes"] = std::move(out);
  return {};
}

Status add_places(json& service, const std::map<std::string, std::string>& tables) {
  TRY(ties, rows_of(tables, "service_at_location"));
  TRY(locations, rows_of(tables, "locations"));
  TRY(addresses, rows_of(tables, "addresses"));
  json out = json::array();
  for (const json& tie : ties) {
    if (text_at(tie, "service_id") != text_at(service, "id")) continue;
    const std::string id = text_at(tie, "location_id");
    const json* location = row_with(locations, id);
    json place = location != nullptr ? *location : json::object();
    place["addresses"] = rows_for(addresses, "location_id", id);
    out.push_back({{"id", text_at(tie, "id")}, {"location", std::move(place)}});
  }
  if (!out.empty()) service["service_at_locations"] = std::move(out);
  return {};
}

}  // namespace

Result<std::string> join_tables(const std::map<std::string, std::string>& tables) {
  TRY(services, rows_of(tables, "services"));
  if (services.empty()) {
    return invalid("no service in the tables; `services.csv` must be among them, with a line each");
  }
  json document{{"services", json::array()}};
  for (json& service : services) {
    const std::string id = text_at(service, "id");
    for (const Joined& joined : kOfServices) {
      TRY(rows, rows_of(tables, joined.table));
      json its = rows_for(rows, joined.key, id);
      if (!its.empty()) service[joined.into] = std::move(its);
    }
    TRY_OK(add_attributes(service, tables));
    TRY_OK(add_places(service, tables));
    document["services"].push_back(std::move(service));
  }
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace safeconduct::services
