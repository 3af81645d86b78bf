#include "agents/document/document.h"

#include <nlohmann/json.hpp>

#include "agents/document/field_check.h"
#include "agents/document/strict_json.h"
#include "schemas/base/check.h"

namespace safeconduct::document {
namespace {

using namespace policies;
using nlohmann::json;

constexpr std::array<std::string_view, 14> kKeys = {"safeconduct",
                                                    "to",
                                                    "as",
                                                    "to_role",
                                                    "purpose",
                                                    "urgency",
                                                    "stage",
                                                    "basis",
                                                    "consent",
                                                    "circumstances",
                                                    "prior",
                                                    "content_end",
                                                    "reflection_since",
                                                    "content"};
constexpr std::array<std::string_view, 3> kCircumstances = {"minor", "reflection",
                                                            "protection_claim"};

template <class Word>
using Lookup = std::optional<Word> (*)(std::string_view);

// The word under `key`; `otherwise` when it is left out, which is an error when that is nothing.
template <class Word>
Result<Word> word_of(const json& object, std::string_view key, Lookup<Word> lookup,
                     std::span<const std::string_view> known,
                     std::optional<Word> otherwise = std::nullopt) {
  TRY(text, optional_text(object, "", key));
  if (text.empty()) {
    if (otherwise) return *otherwise;
    return unknown_word(key, "", known);
  }
  if (const std::optional<Word> word = lookup(text)) return *word;
  return unknown_word(key, text, known);
}

template <class Id>
Result<std::optional<Id>> id_of(const json& object, std::string_view key) {
  TRY(text, optional_text(object, "", key));
  if (text.empty()) return std::optional<Id>();
  const auto id = Id::parse(text);
  if (!id) return invalid("`" + std::string(key) + "` must be an id of 32 hex digits");
  return std::optional<Id>(*id);
}

Result<std::optional<Instant>> time_of(const json& object, std::string_view key) {
  TRY(text, optional_text(object, "", key));
  if (text.empty()) return std::optional<Instant>();
  const auto at = parse_rfc3339(text);
  if (!at) return invalid("`" + std::string(key) + "` must be a time (RFC 3339)");
  return std::optional<Instant>(*at);
}

// An id, or the word that says that nobody was asked: a zero id.
Result<std::optional<ConsentId>> consent_of(const json& object) {
  TRY(text, optional_text(object, "", "consent"));
  if (text == kNobodyAsked) return std::optional<ConsentId>(ConsentId());
  return id_of<ConsentId>(object, "consent");
}

Result<std::uint16_t> circumstances_of(const json& object) {
  TRY(names, optional_texts(object, "", "circumstances"));
  std::uint16_t bits = 0;
  for (const std::string& word : names) {
    const auto found = circumstance_named(word);
    if (!found) return unknown_word("circumstances", word, kCircumstances);
    bits = static_cast<std::uint16_t>(bits | static_cast<std::uint16_t>(*found));
  }
  return bits;
}

Result<PerCategory<std::string>> content_of(const json& object) {
  PerCategory<std::string> out;
  const auto content = object.find("content");
  if (content == object.end()) return out;
  TRY_OK(only_keys(*content, "content", category_names()));
  for (const auto& [word, value] : content->items()) {
    const Category category = *category_named(word);
    if (value.is_object() && value.empty()) continue;
    TRY_OK(check_fields(value, form_of(category).full, "content." + word));
    out[index_of(category)] = value.dump();
  }
  return out;
}

// What the form asks of the whole.
Status check_whole(const ReferralDocument& document) {
  if (document.basis == Basis::kConsent && !document.consent && document.hop() == 1) {
    return invalid(
        "`consent` is missing: name the consent that this referral rests on, or record one first; "
        "`none` says that nobody was asked");
  }
  if (document.basis != Basis::kConsent && document.consent) {
    return invalid("`consent` goes with the basis `consent` only; leave one of them out");
  }
  return {};
}

Result<ReferralDocument> document_of(const json& object) {
  TRY_OK(only_keys(object, "", kKeys));
  TRY(form, optional_text(object, "", "safeconduct"));
  if (form != kReferralForm) {
    return invalid("`safeconduct` must be `" + std::string(kReferralForm) + "`");
  }
  ReferralDocument out;
  TRY(to, optional_text(object, "", "to"));
  auto agency = AgencyId::parse(to);
  if (!agency) return invalid("`to` must be an agency's name in the directory");
  out.to = *agency;
  TRY(as, word_of<Role>(object, "as", role_named, role_names()));
  TRY(to_role, word_of<Role>(object, "to_role", role_named, role_names()));
  TRY(purpose, word_of<Purpose>(object, "purpose", purpose_named, purpose_names()));
  TRY(urgency, word_of<Urgency>(object, "urgency", urgency_named, urgency_names()));
  TRY(stage, word_of<Stage>(object, "stage", stage_named, stage_names(), Stage::kRelease));
  TRY(basis, word_of<Basis>(object, "basis", basis_named, basis_names(), Basis::kConsent));
  TRY(consent, consent_of(object));
  TRY(prior, id_of<MessageId>(object, "prior"));
  TRY(circumstances, circumstances_of(object));
  TRY(content_end, time_of(object, "content_end"));
  TRY(reflection_since, time_of(object, "reflection_since"));
  TRY(content, content_of(object));
  out.as = as;
  out.to_role = to_role;
  out.purpose = purpose;
  out.urgency = urgency;
  out.stage = stage;
  out.basis = basis;
  out.consent = consent;
  out.prior = prior;
  out.circumstances = circumstances;
  out.content_end = content_end;
  out.reflection_since = reflection_since;
  out.content = std::move(content);
  TRY_OK(check_whole(out));
  return out;
}

}  // namespace

CategorySet ReferralDocument::filled() const {
  CategorySet out = 0;
  for (std::size_t i = 0; i < kCategoryCount; ++i) {
    if (!content[i].empty()) out |= bit(category_at(i));
  }
  return out;
}

Result<ReferralDocument> parse_document(std::string_view text) {
  TRY(object, parse_strict(text, kDocumentBytesMax, kNestingMax));
  return document_of(object);
}

std::string to_json(const ReferralDocument& document) {
  json out = {{"safeconduct", kReferralForm},      {"to", document.to.text()},
              {"as", name(document.as)},           {"to_role", name(document.to_role)},
              {"purpose", name(document.purpose)}, {"urgency", name(document.urgency)},
              {"stage", name(document.stage)},     {"basis", name(document.basis)}};
  if (document.consent) {
    out["consent"] =
        document.consent->is_zero() ? std::string(kNobodyAsked) : document.consent->text();
  }
  if (document.prior) out["prior"] = document.prior->text();
  if (document.content_end) out["content_end"] = to_rfc3339(*document.content_end);
  if (document.reflection_since) {
    out["reflection_since"] = to_rfc3339(*document.reflection_since);
  }
  for (const std::string_view word : kCircumstances) {
    const auto bits = static_cast<std::uint16_t>(*circumstance_named(word));
    if ((document.circumstances & bits) != 0) out["circumstances"].push_back(word);
  }
  out["content"] = json::object();
  for (std::size_t i = 0; i < kCategoryCount; ++i) {
    if (document.content[i].empty()) continue;
    json value = json::parse(document.content[i], nullptr, false);
    SC_CHECK(!value.is_discarded());
    out["content"][std::string(name(category_at(i)))] = std::move(value);
  }
  return out.dump();
}

}  // namespace safeconduct::document
