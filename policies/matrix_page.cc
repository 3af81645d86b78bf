#include "policies/format.h"
#include "policies/matrix.h"

namespace safeconduct::policies {
namespace {

constexpr std::string_view kStyle = R"css(
:root{color-scheme:light;--full:#0b5d4b;--gen:#a15c00;--none:#85857f}
*{-webkit-print-color-adjust:exact;print-color-adjust:exact}
body{font:14px/1.45 system-ui,"Noto Sans",sans-serif;color:#1c1f1e;margin:24px auto;
max-width:1180px;
padding:0 16px}
h1{font-size:22px;margin:0 0 4px}h2{font-size:17px;margin:28px 0 8px}
.hash{font:12px ui-monospace,monospace;color:#555;overflow-wrap:anywhere}
.legend{display:flex;flex-wrap:wrap;gap:20px;margin:14px 0;align-items:center}
.legend span{display:inline-flex;gap:6px;align-items:center}
svg{width:15px;height:15px;vertical-align:middle}
.f{color:var(--full)}.g{color:var(--gen)}.w{color:var(--none)}
table{border-collapse:collapse;width:100%;font-size:12.5px}
thead th{vertical-align:bottom;font-weight:600;padding:2px}
thead th.c{height:96px;width:30px}thead th.c div{writing-mode:vertical-rl;transform:rotate(180deg);
margin:0 auto;white-space:nowrap}
tbody th{text-align:left;font-weight:500;padding:3px 6px;white-space:nowrap}
tbody th.r{font-weight:700}
td{text-align:center;padding:0;border-left:1px solid #ececea}
td.d{text-align:left;white-space:nowrap}td.d a{display:inline;padding:0 3px}
td a{display:block;padding:3px 0;color:inherit}td a:focus,td a:hover{background:#e8f1ee}
tbody tr{border-top:1px solid #ececea}tbody tr.first{border-top:2px solid #9a9a95}
.basis{color:#555}
article{border-left:3px solid #ddd;padding:2px 12px;margin:8px 0;break-inside:avoid}
article:target{border-color:var(--full);background:#eef6f3}
article h3{font-size:14px;margin:0}pre{font:12.5px/1.4 ui-monospace,monospace;margin:2px 0;
white-space:pre-wrap}
@page{size:A4 landscape;margin:11mm}
@media print{body{margin:0;max-width:none;font-size:10.5px;padding:0}table{font-size:9.5px}
thead{display:table-header-group}tr{break-inside:avoid}td a{padding:1px 0}tbody th{padding:1px 4px}
h2.text{break-before:page}a{text-decoration:none}svg{width:11px;height:11px}}
)css";

// The shapes tell the level by themselves: filled, half, a short line.
constexpr std::string_view kShapes =
    R"svg(<svg style="display:none" aria-hidden="true">
<symbol id="s2" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.5" fill="currentColor"/></symbol>
<symbol id="s1" viewBox="0 0 16 16"><circle cx="8" cy="8" r="5.7" fill="none" stroke="currentColor"
stroke-width="1.6"/><path d="M8 2.3a5.7 5.7 0 0 0 0 11.4z" fill="currentColor"/></symbol>
<symbol id="s0" viewBox="0 0 16 16"><path d="M5 8h6" stroke="currentColor"
stroke-width="1.6"/></symbol></svg>
)svg";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string shape(Level level) {
  constexpr std::string_view kClasses = "wgf";
  const auto n = static_cast<std::size_t>(level);
  return "<svg class=\"" + std::string(1, kClasses[n]) + "\" role=\"img\" aria-label=\"" +
         std::string(name(level)) + "\"><use href=\"#s" + std::to_string(n) + "\"/></svg>";
}

std::string cell(const CompiledPolicy& policy, const MatrixRow& row, std::size_t at) {
  const Category category = category_at(at);
  const Level level = row.release[category];
  std::string names;
  for (const RuleIndex rule : row.by[at])
    names += (names.empty() ? "" : ", ") + policy.rule_name(rule);
  std::string title = std::string(name(row.to)) + " for " + std::string(name(row.purpose)) + ": " +
                      std::string(name(category)) + " " + std::string(name(level));
  title += names.empty() ? ", no rule lists it" : ", by " + names;
  const std::string target = row.by[at].empty() ? "unlisted" : policy.rule_name(row.by[at].front());
  return "<td><a href=\"#" + target + "\" title=\"" + title + "\">" + shape(level) + "</a></td>";
}

std::string duties_cell(const CompiledPolicy& policy, const MatrixRow& row) {
  std::string out = "<td class=\"d\">";
  std::string last;
  for (const Obligation& o : row.duties) {
    const std::string by = o.by ? policy.rule_name(*o.by) : "";
    if (by == last) continue;
    last = by;
    out += "<a href=\"#" + by + "\" title=\"" + words(o.what) + "\">" + by + "</a>";
  }
  return out + "</td>";
}

void append_table(std::string& out, const CompiledPolicy& policy) {
  out += "<table>\n<thead><tr><th>who learns</th><th>for</th><th>on</th>";
  for (std::string_view category : category_names()) {
    out += "<th class=\"c\"><div>" + std::string(category) + "</div></th>";
  }
  out += "<th>to be done</th></tr></thead>\n<tbody>\n";
  Role before{};
  for (const MatrixRow& row : matrix(policy)) {
    const bool first = row.to != before;
    before = row.to;
    std::string from;
    for (const Role role : row.from)
      from += (from.empty() ? ", from " : ", ") + std::string(name(role));
    out += std::string("<tr") + (first ? " class=\"first\"" : "") + "><th class=\"r\">" +
           (first ? std::string(name(row.to)) : "") + "</th><th>" + std::string(name(row.purpose)) +
           "</th><th class=\"basis\">" + std::string(name(row.basis)) + from + "</th>";
    for (std::size_t i = 0; i < kCategoryCount; ++i) out += cell(policy, row, i);
    out += duties_cell(policy, row) + "</tr>\n";
  }
  out += "</tbody></table>\n";
}

void append_statements(std::string& out, const CompiledPolicy& policy) {
  out +=
      "<h2 class=\"text\">The statements</h2>\n<article id=\"unlisted\"><h3>What no rule lists</h3>"
      "<pre>is withheld, whoever asks and whatever the person signed.</pre></article>\n";
  for (const Statement& s : policy.policy().statements) {
    const std::string text = format(Policy{"p", "", {s}});
    // Without the policy's own line and the statement's first, which the heading tells.
    const std::size_t body = text.find('\n', text.find("\n\n") + 2) + 1;
    out += "<article id=\"" + s.name() + "\"><h3>" + s.name() + " · " + escaped(s.title) +
           "</h3><pre>" + escaped(std::string_view(text).substr(body)) + "</pre></article>\n";
  }
}

}  // namespace

std::string matrix_page(const CompiledPolicy& policy, std::string_view hash) {
  const std::string title = escaped(policy.policy().title);
  std::string out =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width\"><title>" +
      title + "</title>\n<style>" + std::string(kStyle) + "</style></head>\n<body>\n" +
      std::string(kShapes) + "<h1>" + title + "</h1>\n<div class=\"hash\">" +
      escaped(policy.policy().name) + " · sha256 " + std::string(hash) + " · " +
      std::to_string(policy.policy().statements.size()) + " statements, " +
      std::to_string(policy.cells_proved()) + " cells proved</div>\n<div class=\"legend\"><span>" +
      shape(Level::kFull) + "full</span><span>" + shape(Level::kGeneralised) +
      "generalised</span><span>" + shape(Level::kWithheld) +
      "withheld</span><span>The most that can go at the first hop, when the person consents to all "
      "of it. Each sign leads to the statement that decides it.</span></div>\n";
  append_table(out, policy);
  append_statements(out, policy);
  return out + "</body></html>\n";
}

}  // namespace safeconduct::policies
