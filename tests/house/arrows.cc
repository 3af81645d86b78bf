#include "tests/house/arrows.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "tests/house/source.h"

namespace safeconduct::house {
namespace {

using Rooms = std::vector<std::string_view>;

struct Room {
  std::string_view name;
  Rooms may_include;  // beside itself; a file name allows that one file
};

// The longest name that fits is a file's room, so subrooms stand before the room around them.
const std::vector<Room>& rooms() {
  static const std::vector<Room> table = {
      {"schemas/base", {}},
      {"schemas/wire", {"schemas/base"}},
      {"schemas/seal", {"schemas/base"}},
      {"schemas/ledger", {"schemas/base", "schemas/seal"}},
      {"schemas/io", {"schemas/base"}},
      {"policies", {"schemas/base"}},
      {"broker/core", {"schemas/base", "schemas/wire", "schemas/ledger", "policies"}},
      {"broker/store", {"broker/core", "schemas"}},
      {"broker/audit", {"broker/core", "broker/store", "schemas"}},
      {"broker/dashboard/projection",
       {"schemas/base", "schemas/wire", "schemas/ledger", "schemas/seal"}},
      {"broker/dashboard", {"broker/dashboard/projection", "schemas", "policies/vocabulary.h"}},
      {"broker", {"broker/core", "broker/store", "broker/audit", "schemas", "policies"}},
      {"agents/document", {"schemas", "policies"}},
      {"agents/person", {"schemas/base", "policies"}},
      {"agents/services", {"agents/document", "schemas", "policies"}},
      {"agents/daemon",
       {"agents/document", "agents/person", "agents/services", "schemas", "policies"}},
      {"agents/witness", {"schemas"}},
      {"agents/cli",
       {"agents", "agents/document", "agents/services", "agents/witness", "policies",
        "broker/audit", "schemas"}},
      {"agents", {"agents/document", "schemas", "policies"}},
  };
  return table;
}

// A library stays in the one room whose adapter stops its exceptions and types.
struct Library {
  std::string_view prefix;
  std::string_view room;
};
constexpr std::array kLibraries = {
    Library{"rocksdb/", "schemas/io"},  Library{"zmq", "schemas/io"},
    Library{"boost/", "schemas/io"},    Library{"openssl/", "schemas/seal"},
    Library{"sodium", "schemas/seal"},  Library{"capnp/", "schemas/wire"},
    Library{"kj/", "schemas/wire"},     Library{"spdlog/", "schemas/base"},
    Library{"toml++/", "schemas/base"}, Library{"date/", "agents/person"},
};

constexpr std::array<std::string_view, 4> kPureRooms = {
    "broker/core", "policies", "broker/dashboard/projection", "agents/document"};
constexpr std::array<std::string_view, 14> kImpureHeaders = {"random",
                                                             "thread",
                                                             "chrono",
                                                             "unordered_map",
                                                             "unordered_set",
                                                             "iostream",
                                                             "fstream",
                                                             "ctime",
                                                             "filesystem",
                                                             "mutex",
                                                             "future",
                                                             "condition_variable",
                                                             "schemas/base/clock.h",
                                                             "schemas/base/log.h"};

bool lies_in(std::string_view path, std::string_view room) {
  return path == room || (path.starts_with(room) && path.substr(room.size()).starts_with('/'));
}

bool is_free(std::string_view path) {
  return lies_in(path, "tests") || lies_in(path, "examples");
}

std::string joined(const Rooms& names) {
  std::string out;
  for (const std::string_view name : names) out += (out.empty() ? "" : ", ") + std::string(name);
  return out.empty() ? "no other room" : out;
}

// The codecs of schemas/wire share one header that speaks of generated types; like those it stays
// among that room's sources.
constexpr std::string_view kCodecHeader = "schemas/wire/envelope.h";

bool speaks_generated_types(std::string_view name) {
  return name.ends_with(".capnp.h") || name == kCodecHeader;
}

std::string wrong_arrow(const Room& room, const Include& include) {
  const std::string_view target = room_of(include.name);
  if (target.empty())
    return "`" + include.name + "` is in no room; write the path from the repository root";
  // A subroom is a room of its own: being allowed the room around it is not enough.
  const auto allows = [&](std::string_view name) {
    if (name == target || name == include.name) return true;
    return name == "schemas" && target.starts_with("schemas/");
  };
  if (target == room.name || std::any_of(room.may_include.begin(), room.may_include.end(), allows))
    return "";
  return std::string(room.name) + " may not include " + std::string(target) + ", only " +
         joined(room.may_include) + "; move the code down or hand the value in";
}

std::string wrong_library(std::string_view path, const Room& room, const Include& include) {
  for (const Library& library : kLibraries) {
    if (!include.name.starts_with(library.prefix) || room.name == library.room) continue;
    return "`" + include.name + "` belongs to " + std::string(library.room) + "; use that room's " +
           "interface";
  }
  const bool is_codec =
      path == kCodecHeader || (room.name == "schemas/wire" && path.ends_with(".cc"));
  if (speaks_generated_types(include.name) && !is_codec)
    return "generated types stay inside schemas/wire/*.cc; use a codec of schemas/wire";
  return "";
}

std::string wrong_purity(const Room& room, const Include& include) {
  if (std::find(kPureRooms.begin(), kPureRooms.end(), room.name) == kPureRooms.end()) return "";
  const auto found = std::find(kImpureHeaders.begin(), kImpureHeaders.end(), include.name);
  if (found == kImpureHeaders.end()) return "";
  return std::string(room.name) + " is pure and may not include `" + include.name +
         "`; have the value handed in, or use an ordered container";
}

}  // namespace

std::string_view room_of(std::string_view path) {
  for (const Room& room : rooms())
    if (lies_in(path, room.name)) return room.name;
  return is_free(path) ? path.substr(0, path.find('/')) : std::string_view();
}

Findings check_includes(const std::string& path, std::string_view text) {
  Findings findings;
  const auto is_here = [&](const Room& room) { return room.name == room_of(path); };
  const auto room = std::find_if(rooms().begin(), rooms().end(), is_here);
  if (room == rooms().end()) {
    if (!is_free(path)) findings.push_back({path, 1, "this file is in no room; move it into one"});
    return findings;
  }
  for (const Include& include : includes_of(text)) {
    std::string what = wrong_library(path, *room, include);
    if (what.empty()) what = wrong_purity(*room, include);
    if (what.empty() && include.is_quoted) what = wrong_arrow(*room, include);
    if (!what.empty()) findings.push_back({path, include.line, what});
  }
  return findings;
}

}  // namespace safeconduct::house
