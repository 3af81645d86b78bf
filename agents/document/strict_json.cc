#include "agents/document/strict_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "schemas/base/suggest.h"

namespace safeconduct::document {
namespace {

using nlohmann::json;

// Watches the parser: keys seen in each open object, and how deep it is.
class Watch {
 public:
  explicit Watch(int nesting_max) : nesting_max_(nesting_max) {}

  bool see(int depth, json::parse_event_t event, const json& parsed) {
    deepest_ = std::max(deepest_, depth);
    if (event == json::parse_event_t::object_start) {
      keys_.emplace_back();
    } else if (event == json::parse_event_t::object_end) {
      if (!keys_.empty()) keys_.pop_back();
    } else if (event == json::parse_event_t::key && !keys_.empty()) {
      if (!keys_.back().insert(parsed.get<std::string>()).second) key_twice_ = true;
    }
    return depth <= nesting_max_;
  }

  [[nodiscard]] bool too_deep() const { return deepest_ > nesting_max_; }
  [[nodiscard]] bool key_twice() const { return key_twice_; }

 private:
  int nesting_max_;
  int deepest_ = 0;
  bool key_twice_ = false;
  std::vector<std::set<std::string>> keys_;
};

std::string place(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, std::min(byte == 0 ? 0 : byte - 1, text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t start = before.rfind('\n') + 1;  // npos + 1 is 0
  return "line " + std::to_string(line) + ", column " + std::to_string(before.size() - start + 1);
}

std::string listed(std::span<const std::string_view> words) {
  std::string out;
  for (const std::string_view word : words) {
    out += (out.empty() ? "`" : ", `") + std::string(word) + "`";
  }
  return out;
}

}  // namespace

Result<json> parse_strict(std::string_view text, std::size_t bytes_max, int nesting_max) {
  if (text.size() > bytes_max) {
    return invalid("the document has " + std::to_string(text.size()) + " bytes, at most " +
                   std::to_string(bytes_max));
  }
  Watch watch(nesting_max);
  const auto see = [&](int depth, json::parse_event_t event, json& parsed) {
    return watch.see(depth, event, parsed);
  };
  try {
    json value = json::parse(text.begin(), text.end(), see);
    if (watch.too_deep()) {
      return invalid("nested deeper than " + std::to_string(nesting_max) + " levels");
    }
    if (watch.key_twice()) return invalid("an object has the same key twice");
    return value;
  } catch (const json::parse_error& error) {
    return invalid("is not JSON (" + place(text, error.byte) + ")");
  } catch (const json::exception&) {
    return invalid("is not JSON that can be read");
  }
}

std::string joined_path(std::string_view path, std::string_view name) {
  return path.empty() ? std::string(name) : std::string(path) + "." + std::string(name);
}

Status only_keys(const json& object, std::string_view path,
                 std::span<const std::string_view> known) {
  const std::string where = path.empty() ? "the document" : "`" + std::string(path) + "`";
  if (!object.is_object()) return invalid(where + " must be an object");
  for (const auto& [key, value] : object.items()) {
    if (std::find(known.begin(), known.end(), key) != known.end()) continue;
    const std::string near = did_you_mean(key, known);
    return invalid(where + " has an unknown field" +
                   (near.empty() ? "; the fields are " + listed(known) : near));
  }
  return {};
}

Error unknown_word(std::string_view path, std::string_view word,
                   std::span<const std::string_view> known) {
  const std::string near = did_you_mean(word, known);
  return invalid("`" + std::string(path) + "` has a word that is not in its list" +
                 (near.empty() ? "; use " + listed(known) : near));
}

Result<std::string> optional_text(const json& object, std::string_view path, std::string_view key) {
  const auto at = object.find(std::string(key));
  if (at == object.end()) return std::string();
  if (at->is_string() && !at->get_ref<const std::string&>().empty()) return at->get<std::string>();
  return invalid("`" + joined_path(path, key) + "` must be text, or left out");
}

Result<bool> optional_flag(const json& object, std::string_view path, std::string_view key) {
  const auto at = object.find(std::string(key));
  if (at == object.end()) return false;
  if (at->is_boolean()) return at->get<bool>();
  return invalid("`" + joined_path(path, key) + "` must be true or false");
}

Result<std::vector<std::string>> optional_texts(const json& object, std::string_view path,
                                                std::string_view key) {
  const auto at = object.find(std::string(key));
  std::vector<std::string> out;
  if (at == object.end()) return out;
  const auto is_text = [](const json& item) { return item.is_string(); };
  if (!at->is_array() || !std::all_of(at->begin(), at->end(), is_text)) {
    return invalid("`" + joined_path(path, key) + "` must be a list of words");
  }
  return at->get<std::vector<std::string>>();
}

}  // namespace safeconduct::document
