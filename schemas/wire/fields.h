// What the codecs of signed records share. Only sources of this room include it.
#pragma once

#include <algorithm>
#include <vector>

#include "schemas/base/codec.h"
#include "schemas/base/ids.h"
#include "schemas/base/instant.h"
#include "schemas/wire/header.h"

namespace safeconduct::wire {

// What is more than a byte can count is more than any list may hold: its reader refuses it.
inline std::uint8_t count_of(const auto& list) {
  return static_cast<std::uint8_t>(std::min<std::size_t>(list.size(), 255));
}

inline void put_agencies(ByteWriter& out, const std::vector<AgencyId>& agencies) {
  out.u8(count_of(agencies));
  for (const AgencyId& agency : agencies) out.str8(agency.text());
}

// Reads what a field must be; the first thing that is not makes the whole record invalid.
class Fields {
 public:
  explicit Fields(ByteView bytes) : in(bytes) {}

  // The record's label and its version, which must be 1.
  Status start(std::string_view label, std::string_view what) {
    in.label(label);
    const std::uint8_t version = in.u8();
    if (in.failed() || version == 1) return {};
    return Error{ErrorCode::kUnsupported,
                 std::string(what) + " has version `" + std::to_string(version) +
                     "`, this program speaks version 1; upgrade one of the two"};
  }
  AgencyId agency() {
    auto id = AgencyId::parse(in.str8());
    require(id.has_value());
    return id ? *id : AgencyId();
  }
  // Empty where there is none.
  AgencyId agency_or_none() {
    const std::string text = in.str8();
    if (text.empty()) return {};
    auto id = AgencyId::parse(text);
    require(id.has_value());
    return id ? *id : AgencyId();
  }
  std::vector<AgencyId> agencies(std::size_t max) {
    const std::size_t count = in.u8();
    require(count <= max);
    std::vector<AgencyId> out;
    for (std::size_t i = 0; i < count && ok(); ++i) out.push_back(agency());
    require(std::is_sorted(out.begin(), out.end()) &&
            std::adjacent_find(out.begin(), out.end()) == out.end());
    return out;
  }
  // An id that is not zero.
  template <class Id>
  Id id() {
    Id out;
    out.bytes = in.array<16>();
    require(!out.is_zero());
    return out;
  }
  // An id that may be zero: none.
  template <class Id>
  Id id_or_none() {
    Id out;
    out.bytes = in.array<16>();
    return out;
  }
  // One of the numbers first..last of a closed enumeration.
  template <class Word>
  Word word(Word first, Word last) {
    const auto value = static_cast<Word>(in.u8());
    require(value >= first && value <= last);
    return value;
  }
  bool boolean() {
    const std::uint8_t v = in.u8();
    require(v <= 1);
    return v == 1;
  }
  Instant instant() {
    const Instant at{in.i64()};
    require(in_calendar(at));
    return in_calendar(at) ? at : Instant{};
  }
  // What is cut short has zeros where nothing was: that is not out of range.
  void require(bool condition) { sound_ = sound_ && (condition || in.failed()); }
  [[nodiscard]] bool ok() const { return sound_ && !in.failed(); }
  Status finish(std::string_view what) const {
    // First, because nothing is read behind such a field.
    if (!sound_) return invalid(std::string(what) + " has a field out of its range");
    return in.finish(what);
  }

  ByteReader in;

 private:
  bool sound_ = true;
};

}  // namespace safeconduct::wire
