#include "tests/fuzz/targets.h"

#include <array>

#include "agents/document/consent_document.h"
#include "agents/document/document.h"
#include "policies/compile.h"
#include "policies/format.h"
#include "policies/parse.h"
#include "policies/scenario_file.h"
#include "schemas/base/check.h"
#include "schemas/ledger/checkpoint.h"
#include "schemas/ledger/note.h"
#include "schemas/wire/activation.h"
#include "schemas/wire/directory.h"
#include "schemas/wire/frame.h"
#include "schemas/wire/sealed_view.h"
#include "tests/wire/examples.h"

namespace safeconduct::fuzz {
namespace {

// A table and its proof take a millisecond and more: for short policies only.
constexpr std::size_t kCompiledStatements = 12;

// The byte that picks, and the rest.
std::size_t pick(ByteView& bytes, std::size_t count) {
  const std::size_t picked = bytes.front() % count;
  bytes = bytes.subspan(1);
  return picked;
}

}  // namespace

void policy(ByteView bytes) {
  const auto parsed = policies::parse(text_of(bytes), "fuzz");
  if (!parsed) {
    SC_CHECK(!parsed.error().message.empty());
    return;
  }
  const std::string text = policies::format(*parsed);
  const auto again = policies::parse(text, "canonical");
  SC_CHECK(again.has_value());
  SC_CHECK(policies::format(*again) == text);
  if (parsed->statements.size() > kCompiledStatements) return;
  const auto compiled = policies::compile(*again);
  SC_CHECK(!compiled || compiled->text() == text);
}

void wire(ByteView bytes) {
  static const std::vector<safeconduct::wire::Form> canonical =
      safeconduct::wire::canonical_forms();
  static const std::vector<safeconduct::wire::Form> all = safeconduct::wire::all_forms();
  if (bytes.empty()) return;
  const std::size_t at = pick(bytes, all.size());
  const auto once = all[at].again(bytes);
  if (!once) return;
  // INVARIANT of FORMATS.md: a header, record or part has one encoding.
  if (at < canonical.size()) SC_CHECK(equal(*once, bytes));
  const auto twice = all[at].again(*once);
  SC_CHECK(twice.has_value());
  SC_CHECK(equal(*twice, *once));
}

void frames(ByteView bytes) {
  const Bytes frame = to_bytes(bytes);  // at a whole word of memory, as a socket hands it over
  const auto messages = safeconduct::wire::messages_in(frame);
  if (!messages) return;
  std::size_t together = 0;
  for (const ByteView message : *messages) {
    together += message.size();
    static_cast<void>(safeconduct::wire::request_of(message));
    static_cast<void>(safeconduct::wire::view_to_broker(message));
    static_cast<void>(safeconduct::wire::decode_to_broker(message));
    static_cast<void>(safeconduct::wire::decode_to_agent(message));
  }
  SC_CHECK(together == frame.size());
}

void notes(ByteView bytes) {
  if (bytes.empty()) return;
  const std::size_t at = pick(bytes, 4);
  const std::string_view text = text_of(bytes);
  if (at == 0) {
    const auto note = ledger::parse_note(text);
    if (note) SC_CHECK(ledger::to_text(*note) == text);
  } else if (at == 1) {
    const auto said = safeconduct::wire::parse_policy_note_text(text);
    if (said && said->activation) SC_CHECK(to_text(*said->activation) == text);
  } else if (at == 2) {
    const auto directory = safeconduct::wire::parse_directory(text);
    if (directory) SC_CHECK(to_text(*directory) == text);
  } else {
    static_cast<void>(ledger::parse_checkpoint(text));
  }
}

void cases(ByteView bytes) {
  static_cast<void>(policies::read_scenarios(text_of(bytes)));
}

void documents(ByteView bytes) {
  if (bytes.empty()) return;
  const bool consent = pick(bytes, 2) == 1;
  if (consent) {
    static_cast<void>(document::parse_consent(text_of(bytes), Instant{1'764'000'000'000}));
    return;
  }
  const auto referral = document::parse_document(text_of(bytes));
  if (!referral) return;
  SC_CHECK(document::parse_document(document::to_json(*referral)).has_value());
}

std::span<const Target> targets() {
  static constexpr std::array<Target, 6> all = {{{"policy", policy},
                                                 {"wire", wire},
                                                 {"frames", frames},
                                                 {"notes", notes},
                                                 {"cases", cases},
                                                 {"documents", documents}}};
  return all;
}

}  // namespace safeconduct::fuzz
