#include "schemas/base/config.h"

#include <toml++/toml.h>

#include <fstream>
#include <optional>
#include <set>
#include <sstream>

#include "schemas/base/suggest.h"

namespace safeconduct {

struct Config::State {
  std::string source;
  toml::table table;
  std::set<std::string> known;
  std::optional<Error> complaint;

  std::string place(const toml::source_region& at) const {
    return source + ":" + std::to_string(at.begin.line) + ":" + std::to_string(at.begin.column);
  }
  void complain(std::string message) {
    if (!complaint) complaint = invalid(std::move(message));
  }
  void complain_type(const toml::node& node, std::string_view key, std::string_view wanted) {
    complain(place(node.source()) + ": `" + std::string(key) + "` must be " + std::string(wanted));
  }
  toml::node* find(std::string_view key) {
    known.insert(std::string(key));
    return table.at_path(key).node();
  }
  std::optional<Error> first_unknown(const toml::table& part, const std::string& prefix) const;
};

std::optional<Error> Config::State::first_unknown(const toml::table& part,
                                                  const std::string& prefix) const {
  for (const auto& [key, node] : part) {
    const std::string path = prefix + std::string(key.str());
    if (known.contains(path)) continue;
    if (const toml::table* inner = node.as_table()) {
      if (auto unknown = first_unknown(*inner, path + ".")) return unknown;
      continue;
    }
    const std::vector<std::string_view> words(known.begin(), known.end());
    return invalid(place(key.source()) + ": unknown key `" + path + "`" +
                   did_you_mean(path, words));
  }
  return std::nullopt;
}

Config::Config(std::unique_ptr<State> state) : state_(std::move(state)) {}
Config::~Config() = default;
Config::Config(Config&&) noexcept = default;
Config& Config::operator=(Config&&) noexcept = default;

Result<Config> Config::parse(std::string_view text, std::string source) {
  auto state = std::make_unique<State>();
  state->source = std::move(source);
  try {
    state->table = toml::parse(text, state->source);
  } catch (const toml::parse_error& e) {
    return invalid(state->place(e.source()) + ": " + std::string(e.description()));
  }
  return Config(std::move(state));
}

Result<Config> Config::load(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file)
    return io_error("cannot read configuration `" + path + "`; check the path and its permissions");
  std::ostringstream text;
  text << file.rdbuf();
  return parse(text.str(), path);
}

std::string Config::required_text(std::string_view key) {
  if (state_->find(key) == nullptr) {
    state_->complain(state_->source + ": `" + std::string(key) + "` is missing; add it");
    return {};
  }
  return text(key, {});
}

std::string Config::text(std::string_view key, std::string_view fallback) {
  const toml::node* node = state_->find(key);
  if (node == nullptr) return std::string(fallback);
  if (const auto value = node->value_exact<std::string>()) return *value;
  state_->complain_type(*node, key, "a text in quotes");
  return {};
}

std::int64_t Config::integer(std::string_view key, std::int64_t fallback, std::int64_t min,
                             std::int64_t max) {
  const toml::node* node = state_->find(key);
  if (node == nullptr) return fallback;
  const auto value = node->value_exact<std::int64_t>();
  if (value && *value >= min && *value <= max) return *value;
  state_->complain_type(
      *node, key, "a whole number from " + std::to_string(min) + " to " + std::to_string(max));
  return fallback;
}

bool Config::boolean(std::string_view key, bool fallback) {
  const toml::node* node = state_->find(key);
  if (node == nullptr) return fallback;
  if (const auto value = node->value_exact<bool>()) return *value;
  state_->complain_type(*node, key, "true or false");
  return fallback;
}

std::vector<std::string> Config::texts(std::string_view key) {
  const toml::node* node = state_->find(key);
  std::vector<std::string> out;
  if (node == nullptr) return out;
  const toml::array* list = node->as_array();
  if (list == nullptr) {
    state_->complain_type(*node, key, "a list of texts");
    return out;
  }
  for (const toml::node& item : *list) {
    const auto value = item.value_exact<std::string>();
    if (!value) state_->complain_type(item, key, "a list of texts");
    out.push_back(value.value_or(std::string()));
  }
  return out;
}

Status Config::finish() const {
  if (state_->complaint) return *state_->complaint;
  if (auto unknown = state_->first_unknown(state_->table, "")) return *unknown;
  return {};
}

}  // namespace safeconduct
