#include "agents/document/bands.h"

namespace safeconduct::document {

int age_at(Date birth, Instant at) {
  const Date today = date_of(at);
  const bool before_birthday =
      today.month < birth.month || (today.month == birth.month && today.day < birth.day);
  return today.year - birth.year - (before_birthday ? 1 : 0);
}

std::string_view age_band(int age) {
  if (age < 0 || age > 130) return "unknown";
  if (age <= 11) return "0-11";
  if (age <= 15) return "12-15";
  if (age <= 17) return "16-17";
  if (age <= 24) return "18-24";
  if (age <= 39) return "25-39";
  if (age <= 59) return "40-59";
  return "60+";
}

std::string_view count_band(std::int64_t count) {
  if (count <= 0) return "0";
  if (count == 1) return "1";
  return count <= 3 ? "2-3" : "4+";
}

std::string_view amount_band(std::int64_t amount) {
  if (amount <= 0) return "0";
  if (amount < 1000) return "1-999";
  if (amount < 5000) return "1000-4999";
  return amount < 20000 ? "5000-19999" : "20000+";
}

std::string_view income_band(std::int64_t amount) {
  if (amount <= 0) return "0";
  if (amount < 500) return "1-499";
  if (amount < 1500) return "500-1499";
  return amount < 3000 ? "1500-2999" : "3000+";
}

std::string_view duration_band(std::int64_t months) {
  if (months < 1) return "under_1_month";
  if (months <= 6) return "1-6_months";
  if (months <= 24) return "7-24_months";
  return months <= 60 ? "2-5_years" : "over_5_years";
}

std::string_view top_level_type(std::string_view type) {
  if (type == "sexual_exploitation") return "sexual";
  if (type == "forced_labour" || type == "child_labour") return "labour";
  if (type == "servitude" || type == "forced_marriage") return "domestic";
  return "other";
}

bool gender_specific(policies::Purpose purpose) {
  return purpose == policies::Purpose::kSafeAccommodation;
}

}  // namespace safeconduct::document
