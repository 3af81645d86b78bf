// ISO 3166-1 and the five regions of UN M49; ISO 639 languages by group. Antarctica is in no
// region.
#include "agents/document/places.h"

#include <algorithm>
#include <cctype>
#include <string>

namespace safeconduct::document {
namespace {

// alpha-2, alpha-3, English name, M49 region. One line holds several countries.
struct Country {
  std::string_view alpha2;
  std::string_view alpha3;
  std::string_view name;
  char region;  // first letter of the region, M for the Americas, - for none
};
// clang-format off
constexpr Country kCountries[] = {
    {"AD", "AND", "Andorra", 'E'}, {"AE", "ARE", "United Arab Emirates", 'S'},
    {"AF", "AFG", "Afghanistan", 'S'}, {"AG", "ATG", "Antigua and Barbuda", 'M'},
    {"AI", "AIA", "Anguilla", 'M'}, {"AL", "ALB", "Albania", 'E'}, {"AM", "ARM", "Armenia", 'S'},
    {"AO", "AGO", "Angola", 'F'}, {"AQ", "ATA", "Antarctica", '-'},
    {"AR", "ARG", "Argentina", 'M'}, {"AS", "ASM", "American Samoa", 'O'},
    {"AT", "AUT", "Austria", 'E'}, {"AU", "AUS", "Australia", 'O'}, {"AW", "ABW", "Aruba", 'M'},
    {"AX", "ALA", "Åland Islands", 'E'}, {"AZ", "AZE", "Azerbaijan", 'S'},
    {"BA", "BIH", "Bosnia and Herzegovina", 'E'}, {"BB", "BRB", "Barbados", 'M'},
    {"BD", "BGD", "Bangladesh", 'S'}, {"BE", "BEL", "Belgium", 'E'},
    {"BF", "BFA", "Burkina Faso", 'F'}, {"BG", "BGR", "Bulgaria", 'E'},
    {"BH", "BHR", "Bahrain", 'S'}, {"BI", "BDI", "Burundi", 'F'}, {"BJ", "BEN", "Benin", 'F'},
    {"BL", "BLM", "Saint Barthélemy", 'M'}, {"BM", "BMU", "Bermuda", 'M'},
    {"BN", "BRN", "Brunei", 'S'}, {"BO", "BOL", "Bolivia", 'M'},
    {"BQ", "BES", "Bonaire, Sint Eustatius and Saba", 'M'}, {"BR", "BRA", "Brazil", 'M'},
    {"BS", "BHS", "Bahamas", 'M'}, {"BT", "BTN", "Bhutan", 'S'},
    {"BV", "BVT", "Bouvet Island", 'M'}, {"BW", "BWA", "Botswana", 'F'},
    {"BY", "BLR", "Belarus", 'E'}, {"BZ", "BLZ", "Belize", 'M'}, {"CA", "CAN", "Canada", 'M'},
    {"CC", "CCK", "Cocos (Keeling) Islands", 'O'},
    {"CD", "COD", "Democratic Republic of the Congo", 'F'},
    {"CF", "CAF", "Central African Republic", 'F'}, {"CG", "COG", "Congo", 'F'},
    {"CH", "CHE", "Switzerland", 'E'}, {"CI", "CIV", "Ivory Coast", 'F'},
    {"CK", "COK", "Cook Islands", 'O'}, {"CL", "CHL", "Chile", 'M'},
    {"CM", "CMR", "Cameroon", 'F'}, {"CN", "CHN", "China", 'S'}, {"CO", "COL", "Colombia", 'M'},
    {"CR", "CRI", "Costa Rica", 'M'}, {"CU", "CUB", "Cuba", 'M'},
    {"CV", "CPV", "Cape Verde", 'F'}, {"CW", "CUW", "Curaçao", 'M'},
    {"CX", "CXR", "Christmas Island", 'O'}, {"CY", "CYP", "Cyprus", 'S'},
    {"CZ", "CZE", "Czechia", 'E'}, {"DE", "DEU", "Germany", 'E'}, {"DJ", "DJI", "Djibouti", 'F'},
    {"DK", "DNK", "Denmark", 'E'}, {"DM", "DMA", "Dominica", 'M'},
    {"DO", "DOM", "Dominican Republic", 'M'}, {"DZ", "DZA", "Algeria", 'F'},
    {"EC", "ECU", "Ecuador", 'M'}, {"EE", "EST", "Estonia", 'E'}, {"EG", "EGY", "Egypt", 'F'},
    {"EH", "ESH", "Western Sahara", 'F'}, {"ER", "ERI", "Eritrea", 'F'},
    {"ES", "ESP", "Spain", 'E'}, {"ET", "ETH", "Ethiopia", 'F'}, {"FI", "FIN", "Finland", 'E'},
    {"FJ", "FJI", "Fiji", 'O'}, {"FK", "FLK", "Falkland Islands (Malvinas)", 'M'},
    {"FM", "FSM", "Micronesia", 'O'}, {"FO", "FRO", "Faroe Islands", 'E'},
    {"FR", "FRA", "France", 'E'}, {"GA", "GAB", "Gabon", 'F'},
    {"GB", "GBR", "United Kingdom", 'E'}, {"GD", "GRD", "Grenada", 'M'},
    {"GE", "GEO", "Georgia", 'S'}, {"GF", "GUF", "French Guiana", 'M'},
    {"GG", "GGY", "Guernsey", 'E'}, {"GH", "GHA", "Ghana", 'F'}, {"GI", "GIB", "Gibraltar", 'E'},
    {"GL", "GRL", "Greenland", 'M'}, {"GM", "GMB", "Gambia", 'F'}, {"GN", "GIN", "Guinea", 'F'},
    {"GP", "GLP", "Guadeloupe", 'M'}, {"GQ", "GNQ", "Equatorial Guinea", 'F'},
    {"GR", "GRC", "Greece", 'E'},
    {"GS", "SGS", "South Georgia and the South Sandwich Islands", 'M'},
    {"GT", "GTM", "Guatemala", 'M'}, {"GU", "GUM", "Guam", 'O'},
    {"GW", "GNB", "Guinea-Bissau", 'F'}, {"GY", "GUY", "Guyana", 'M'},
    {"HK", "HKG", "Hong Kong", 'S'}, {"HM", "HMD", "Heard Island and McDonald Islands", 'O'},
    {"HN", "HND", "Honduras", 'M'}, {"HR", "HRV", "Croatia", 'E'}, {"HT", "HTI", "Haiti", 'M'},
    {"HU", "HUN", "Hungary", 'E'}, {"ID", "IDN", "Indonesia", 'S'}, {"IE", "IRL", "Ireland", 'E'},
    {"IL", "ISR", "Israel", 'S'}, {"IM", "IMN", "Isle of Man", 'E'}, {"IN", "IND", "India", 'S'},
    {"IO", "IOT", "British Indian Ocean Territory", 'F'}, {"IQ", "IRQ", "Iraq", 'S'},
    {"IR", "IRN", "Iran", 'S'}, {"IS", "ISL", "Iceland", 'E'}, {"IT", "ITA", "Italy", 'E'},
    {"JE", "JEY", "Jersey", 'E'}, {"JM", "JAM", "Jamaica", 'M'}, {"JO", "JOR", "Jordan", 'S'},
    {"JP", "JPN", "Japan", 'S'}, {"KE", "KEN", "Kenya", 'F'}, {"KG", "KGZ", "Kyrgyzstan", 'S'},
    {"KH", "KHM", "Cambodia", 'S'}, {"KI", "KIR", "Kiribati", 'O'}, {"KM", "COM", "Comoros", 'F'},
    {"KN", "KNA", "Saint Kitts and Nevis", 'M'}, {"KP", "PRK", "North Korea", 'S'},
    {"KR", "KOR", "South Korea", 'S'}, {"KW", "KWT", "Kuwait", 'S'},
    {"KY", "CYM", "Cayman Islands", 'M'}, {"KZ", "KAZ", "Kazakhstan", 'S'},
    {"LA", "LAO", "Laos", 'S'}, {"LB", "LBN", "Lebanon", 'S'}, {"LC", "LCA", "Saint Lucia", 'M'},
    {"LI", "LIE", "Liechtenstein", 'E'}, {"LK", "LKA", "Sri Lanka", 'S'},
    {"LR", "LBR", "Liberia", 'F'}, {"LS", "LSO", "Lesotho", 'F'}, {"LT", "LTU", "Lithuania", 'E'},
    {"LU", "LUX", "Luxembourg", 'E'}, {"LV", "LVA", "Latvia", 'E'}, {"LY", "LBY", "Libya", 'F'},
    {"MA", "MAR", "Morocco", 'F'}, {"MC", "MCO", "Monaco", 'E'}, {"MD", "MDA", "Moldova", 'E'},
    {"ME", "MNE", "Montenegro", 'E'}, {"MF", "MAF", "Saint Martin (French part)", 'M'},
    {"MG", "MDG", "Madagascar", 'F'}, {"MH", "MHL", "Marshall Islands", 'O'},
    {"MK", "MKD", "North Macedonia", 'E'}, {"ML", "MLI", "Mali", 'F'},
    {"MM", "MMR", "Myanmar", 'S'}, {"MN", "MNG", "Mongolia", 'S'}, {"MO", "MAC", "Macao", 'S'},
    {"MP", "MNP", "Northern Mariana Islands", 'O'}, {"MQ", "MTQ", "Martinique", 'M'},
    {"MR", "MRT", "Mauritania", 'F'}, {"MS", "MSR", "Montserrat", 'M'},
    {"MT", "MLT", "Malta", 'E'}, {"MU", "MUS", "Mauritius", 'F'}, {"MV", "MDV", "Maldives", 'S'},
    {"MW", "MWI", "Malawi", 'F'}, {"MX", "MEX", "Mexico", 'M'}, {"MY", "MYS", "Malaysia", 'S'},
    {"MZ", "MOZ", "Mozambique", 'F'}, {"NA", "NAM", "Namibia", 'F'},
    {"NC", "NCL", "New Caledonia", 'O'}, {"NE", "NER", "Niger", 'F'},
    {"NF", "NFK", "Norfolk Island", 'O'}, {"NG", "NGA", "Nigeria", 'F'},
    {"NI", "NIC", "Nicaragua", 'M'}, {"NL", "NLD", "Netherlands", 'E'},
    {"NO", "NOR", "Norway", 'E'}, {"NP", "NPL", "Nepal", 'S'}, {"NR", "NRU", "Nauru", 'O'},
    {"NU", "NIU", "Niue", 'O'}, {"NZ", "NZL", "New Zealand", 'O'}, {"OM", "OMN", "Oman", 'S'},
    {"PA", "PAN", "Panama", 'M'}, {"PE", "PER", "Peru", 'M'},
    {"PF", "PYF", "French Polynesia", 'O'}, {"PG", "PNG", "Papua New Guinea", 'O'},
    {"PH", "PHL", "Philippines", 'S'}, {"PK", "PAK", "Pakistan", 'S'},
    {"PL", "POL", "Poland", 'E'}, {"PM", "SPM", "Saint Pierre and Miquelon", 'M'},
    {"PN", "PCN", "Pitcairn", 'O'}, {"PR", "PRI", "Puerto Rico", 'M'},
    {"PS", "PSE", "Palestine", 'S'}, {"PT", "PRT", "Portugal", 'E'}, {"PW", "PLW", "Palau", 'O'},
    {"PY", "PRY", "Paraguay", 'M'}, {"QA", "QAT", "Qatar", 'S'}, {"RE", "REU", "Réunion", 'F'},
    {"RO", "ROU", "Romania", 'E'}, {"RS", "SRB", "Serbia", 'E'}, {"RU", "RUS", "Russia", 'E'},
    {"RW", "RWA", "Rwanda", 'F'}, {"SA", "SAU", "Saudi Arabia", 'S'},
    {"SB", "SLB", "Solomon Islands", 'O'}, {"SC", "SYC", "Seychelles", 'F'},
    {"SD", "SDN", "Sudan", 'F'}, {"SE", "SWE", "Sweden", 'E'}, {"SG", "SGP", "Singapore", 'S'},
    {"SH", "SHN", "Saint Helena, Ascension and Tristan da Cunha", 'F'},
    {"SI", "SVN", "Slovenia", 'E'}, {"SJ", "SJM", "Svalbard and Jan Mayen", 'E'},
    {"SK", "SVK", "Slovakia", 'E'}, {"SL", "SLE", "Sierra Leone", 'F'},
    {"SM", "SMR", "San Marino", 'E'}, {"SN", "SEN", "Senegal", 'F'},
    {"SO", "SOM", "Somalia", 'F'}, {"SR", "SUR", "Suriname", 'M'},
    {"SS", "SSD", "South Sudan", 'F'}, {"ST", "STP", "Sao Tome and Principe", 'F'},
    {"SV", "SLV", "El Salvador", 'M'}, {"SX", "SXM", "Sint Maarten (Dutch part)", 'M'},
    {"SY", "SYR", "Syria", 'S'}, {"SZ", "SWZ", "Eswatini", 'F'},
    {"TC", "TCA", "Turks and Caicos Islands", 'M'}, {"TD", "TCD", "Chad", 'F'},
    {"TF", "ATF", "French Southern Territories", 'F'}, {"TG", "TGO", "Togo", 'F'},
    {"TH", "THA", "Thailand", 'S'}, {"TJ", "TJK", "Tajikistan", 'S'},
    {"TK", "TKL", "Tokelau", 'O'}, {"TL", "TLS", "Timor-Leste", 'S'},
    {"TM", "TKM", "Turkmenistan", 'S'}, {"TN", "TUN", "Tunisia", 'F'},
    {"TO", "TON", "Tonga", 'O'}, {"TR", "TUR", "Turkey", 'S'},
    {"TT", "TTO", "Trinidad and Tobago", 'M'}, {"TV", "TUV", "Tuvalu", 'O'},
    {"TW", "TWN", "Taiwan", 'S'}, {"TZ", "TZA", "Tanzania", 'F'}, {"UA", "UKR", "Ukraine", 'E'},
    {"UG", "UGA", "Uganda", 'F'}, {"UM", "UMI", "United States Minor Outlying Islands", 'O'},
    {"US", "USA", "United States", 'M'}, {"UY", "URY", "Uruguay", 'M'},
    {"UZ", "UZB", "Uzbekistan", 'S'}, {"VA", "VAT", "Holy See (Vatican City State)", 'E'},
    {"VC", "VCT", "Saint Vincent and the Grenadines", 'M'}, {"VE", "VEN", "Venezuela", 'M'},
    {"VG", "VGB", "Virgin Islands, British", 'M'}, {"VI", "VIR", "Virgin Islands, U.S.", 'M'},
    {"VN", "VNM", "Vietnam", 'S'}, {"VU", "VUT", "Vanuatu", 'O'},
    {"WF", "WLF", "Wallis and Futuna", 'O'}, {"WS", "WSM", "Samoa", 'O'},
    {"YE", "YEM", "Yemen", 'S'}, {"YT", "MYT", "Mayotte", 'F'},
    {"ZA", "ZAF", "South Africa", 'F'}, {"ZM", "ZMB", "Zambia", 'F'},
    {"ZW", "ZWE", "Zimbabwe", 'F'},
};

struct Language {
  std::string_view alpha2;
  std::string_view alpha3;
  std::string_view name;
  std::string_view group;
};
constexpr Language kLanguages[] = {
    {"en", "eng", "English", "germanic"}, {"de", "deu", "German", "germanic"},
    {"nl", "nld", "Dutch", "germanic"}, {"sv", "swe", "Swedish", "germanic"},
    {"da", "dan", "Danish", "germanic"}, {"no", "nor", "Norwegian", "germanic"},
    {"is", "isl", "Icelandic", "germanic"}, {"af", "afr", "Afrikaans", "germanic"},
    {"yi", "yid", "Yiddish", "germanic"}, {"lb", "ltz", "Luxembourgish", "germanic"},
    {"es", "spa", "Spanish", "romance"}, {"fr", "fra", "French", "romance"},
    {"it", "ita", "Italian", "romance"}, {"pt", "por", "Portuguese", "romance"},
    {"ro", "ron", "Romanian", "romance"}, {"ca", "cat", "Catalan", "romance"},
    {"gl", "glg", "Galician", "romance"},
    {"ru", "rus", "Russian", "slavic"}, {"uk", "ukr", "Ukrainian", "slavic"},
    {"pl", "pol", "Polish", "slavic"}, {"bg", "bul", "Bulgarian", "slavic"},
    {"cs", "ces", "Czech", "slavic"}, {"sk", "slk", "Slovak", "slavic"},
    {"sr", "srp", "Serbian", "slavic"}, {"hr", "hrv", "Croatian", "slavic"},
    {"bs", "bos", "Bosnian", "slavic"}, {"sl", "slv", "Slovenian", "slavic"},
    {"mk", "mkd", "Macedonian", "slavic"}, {"be", "bel", "Belarusian", "slavic"},
    {"el", "ell", "Greek", "other_european"}, {"sq", "sqi", "Albanian", "other_european"},
    {"hy", "hye", "Armenian", "other_european"}, {"lt", "lit", "Lithuanian", "other_european"},
    {"lv", "lav", "Latvian", "other_european"}, {"et", "est", "Estonian", "other_european"},
    {"fi", "fin", "Finnish", "other_european"}, {"hu", "hun", "Hungarian", "other_european"},
    {"ka", "kat", "Georgian", "other_european"}, {"eu", "eus", "Basque", "other_european"},
    {"cy", "cym", "Welsh", "other_european"}, {"ga", "gle", "Irish", "other_european"},
    {"mt", "mlt", "Maltese", "other_european"},
    {"hi", "hin", "Hindi", "south_asian"}, {"ur", "urd", "Urdu", "south_asian"},
    {"bn", "ben", "Bengali", "south_asian"}, {"pa", "pan", "Punjabi", "south_asian"},
    {"ne", "nep", "Nepali", "south_asian"}, {"si", "sin", "Sinhala", "south_asian"},
    {"mr", "mar", "Marathi", "south_asian"}, {"gu", "guj", "Gujarati", "south_asian"},
    {"rom", "rom", "Romani", "south_asian"}, {"ta", "tam", "Tamil", "south_asian"},
    {"te", "tel", "Telugu", "south_asian"}, {"ml", "mal", "Malayalam", "south_asian"},
    {"kn", "kan", "Kannada", "south_asian"}, {"dv", "div", "Dhivehi", "south_asian"},
    {"fa", "fas", "Persian", "iranian"}, {"prs", "prs", "Dari", "iranian"},
    {"ps", "pus", "Pashto", "iranian"}, {"ku", "kur", "Kurdish", "iranian"},
    {"tg", "tgk", "Tajik", "iranian"},
    {"tr", "tur", "Turkish", "turkic"}, {"az", "aze", "Azerbaijani", "turkic"},
    {"uz", "uzb", "Uzbek", "turkic"}, {"kk", "kaz", "Kazakh", "turkic"},
    {"ky", "kir", "Kyrgyz", "turkic"}, {"tk", "tuk", "Turkmen", "turkic"},
    {"ug", "uig", "Uyghur", "turkic"}, {"tt", "tat", "Tatar", "turkic"},
    {"ar", "ara", "Arabic", "semitic_and_horn"}, {"he", "heb", "Hebrew", "semitic_and_horn"},
    {"am", "amh", "Amharic", "semitic_and_horn"}, {"ti", "tir", "Tigrinya", "semitic_and_horn"},
    {"so", "som", "Somali", "semitic_and_horn"}, {"om", "orm", "Oromo", "semitic_and_horn"},
    {"arc", "arc", "Aramaic", "semitic_and_horn"},
    {"sw", "swa", "Swahili", "african"}, {"yo", "yor", "Yoruba", "african"},
    {"ig", "ibo", "Igbo", "african"}, {"ha", "hau", "Hausa", "african"},
    {"bin", "bin", "Edo", "african"}, {"zu", "zul", "Zulu", "african"},
    {"xh", "xho", "Xhosa", "african"}, {"sn", "sna", "Shona", "african"},
    {"rw", "kin", "Kinyarwanda", "african"}, {"lg", "lug", "Ganda", "african"},
    {"ln", "lin", "Lingala", "african"}, {"wo", "wol", "Wolof", "african"},
    {"ff", "ful", "Fulah", "african"}, {"bm", "bam", "Bambara", "african"},
    {"tw", "twi", "Twi", "african"}, {"ak", "aka", "Akan", "african"},
    {"mg", "mlg", "Malagasy", "african"}, {"ny", "nya", "Chichewa", "african"},
    {"kri", "kri", "Krio", "african"}, {"pcm", "pcm", "Nigerian Pidgin", "african"},
    {"zh", "zho", "Chinese", "east_asian"}, {"ja", "jpn", "Japanese", "east_asian"},
    {"ko", "kor", "Korean", "east_asian"}, {"mn", "mon", "Mongolian", "east_asian"},
    {"bo", "bod", "Tibetan", "east_asian"},
    {"vi", "vie", "Vietnamese", "south_east_asian"}, {"th", "tha", "Thai", "south_east_asian"},
    {"km", "khm", "Khmer", "south_east_asian"}, {"lo", "lao", "Lao", "south_east_asian"},
    {"my", "mya", "Burmese", "south_east_asian"}, {"id", "ind", "Indonesian", "south_east_asian"},
    {"ms", "msa", "Malay", "south_east_asian"}, {"tl", "tgl", "Tagalog", "south_east_asian"},
    {"fil", "fil", "Filipino", "south_east_asian"}, {"ceb", "ceb", "Cebuano", "south_east_asian"},
    {"jv", "jav", "Javanese", "south_east_asian"},
    {"qu", "que", "Quechua", "american"}, {"ay", "aym", "Aymara", "american"},
    {"gn", "grn", "Guarani", "american"}, {"nah", "nah", "Nahuatl", "american"},
    {"nv", "nav", "Navajo", "american"}, {"ht", "hat", "Haitian Creole", "american"},
};
// clang-format on

char lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

bool same_word(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

template <class Row, std::size_t N>
const Row* find(const Row (&rows)[N], std::string_view word) {
  for (const Row& row : rows) {
    if (same_word(word, row.alpha2) || same_word(word, row.alpha3) || same_word(word, row.name)) {
      return &row;
    }
  }
  return nullptr;
}

bool is_alpha(std::string_view word) {
  return std::all_of(word.begin(), word.end(),
                     [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; });
}

}  // namespace

bool is_country(std::string_view word) {
  return find(kCountries, word) != nullptr;
}

std::string_view region_of(std::string_view country) {
  const Country* found = find(kCountries, country);
  switch (found == nullptr ? '-' : found->region) {
    case 'F':
      return "africa";
    case 'M':
      return "americas";
    case 'S':
      return "asia";
    case 'E':
      return "europe";
    case 'O':
      return "oceania";
    default:
      return {};
  }
}

bool is_language(std::string_view word) {
  if (find(kLanguages, word) != nullptr) return true;
  const std::string_view primary = word.substr(0, word.find('-'));
  const bool tag = (primary.size() == 2 || primary.size() == 3) && is_alpha(primary);
  return tag && word.size() <= 16 && std::all_of(word.begin(), word.end(), [](char c) {
           return c == '-' || std::isalnum(static_cast<unsigned char>(c)) != 0;
         });
}

std::string_view language_group_of(std::string_view language) {
  if (const Language* found = find(kLanguages, language)) return found->group;
  const Language* primary = find(kLanguages, language.substr(0, language.find('-')));
  return primary == nullptr ? "other" : primary->group;
}

}  // namespace safeconduct::document
