// Codes of the vocabulary in one language's words, on the open page or on the neutral one, which
// gives nothing away to whoever finds it.
#pragma once

#include <map>

#include "agents/person/facts.h"
#include "agents/person/moment.h"
#include "agents/person/texts.h"

namespace safeconduct::person {

class Wording {
 public:
  Wording(const Texts& texts, bool neutral, std::string zone)
      : texts_(texts), neutral_(neutral), zone_(std::move(zone)) {}

  [[nodiscard]] bool neutral() const { return neutral_; }
  [[nodiscard]] const Texts& texts() const { return texts_; }
  [[nodiscard]] const std::string& zone() const { return zone_; }

  // On the neutral page the sentence `name.neutral` where there is one; empty when that says to
  // leave it out (`-`).
  [[nodiscard]] std::string say(const std::string& name, const Blanks& blanks = {}) const;
  [[nodiscard]] std::string list(const std::vector<std::string>& items) const;

  [[nodiscard]] std::string of(policies::Category category) const;
  [[nodiscard]] std::string of(policies::CategorySet categories) const;
  [[nodiscard]] std::string of(policies::Purpose purpose) const;
  [[nodiscard]] std::string of(policies::Reason reason) const;
  [[nodiscard]] std::string of(policies::Basis basis) const;
  // With what kind of agency it is; on the neutral page a letter stands for the name, the same
  // letter throughout this object's life.
  [[nodiscard]] std::string of(const Party& party);
  [[nodiscard]] std::string of(const std::vector<Party>& parties);

  // The zone must be known (local_time).
  [[nodiscard]] std::string day(Instant at) const;
  [[nodiscard]] std::string day_and_time(Instant at) const;

 private:
  [[nodiscard]] std::string alias_letter(const AgencyId& agency);

  const Texts& texts_;
  bool neutral_;
  std::string zone_;
  std::map<AgencyId, std::size_t> aliases_;
};

// The first forbidden beginning of a word that stands in `text`; empty: none.
[[nodiscard]] std::string forbidden_in(std::string_view text, const Texts& texts);

}  // namespace safeconduct::person
