#include "broker/dashboard/site.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "broker/dashboard/assets.h"

namespace safeconduct::dashboard {
namespace {

// The client's own addresses; the page finds out itself what to show.
constexpr std::array<std::string_view, 12> kPages = {
    "/",         "/sign-in", "/wall",       "/referrals", "/matrix", "/agencies",
    "/capacity", "/duties",  "/exceptions", "/integrity", "/report", "/trends"};
constexpr std::string_view kReferralPage = "/referral/";
constexpr std::size_t kBodyBytesMax = 8 * 1024;

bool is_page(std::string_view path) {
  return std::find(kPages.begin(), kPages.end(), path) != kPages.end() ||
         path.starts_with(kReferralPage);
}

bool accepts(const io::HttpRequest& request, std::string_view coding) {
  return request.header("Accept-Encoding").find(coding) != std::string_view::npos;
}

}  // namespace

void Site::open(std::vector<std::string> hosts) {
  gate_.emplace(std::move(hosts), !parts_.settings.certificate.empty());
}

io::HttpResponse Site::handle(const io::HttpRequest& request) {
  io::HttpResponse response = answer(request);
  gate_->add_security_headers(response);
  if (!response.later) return response;
  // What is made later is an answer like any other.
  response.later = [this, make = std::move(response.later)] {
    io::HttpResponse made = make();
    gate_->add_security_headers(made);
    return made;
  };
  return response;
}

io::HttpResponse Site::answer(const io::HttpRequest& request) {
  const auto refused = [&](int status, std::string_view code) {
    parts_.log.warning("refused a request from `" + request.peer + "`: " + std::string(code));
    return error_answer(status, code);
  };
  if (!gate_->knows_host(request)) return refused(421, "unknown_host");
  auto target = parse_target(request.target);
  if (!target) return refused(400, "bad_address");
  auto cookies = parse_cookies(request.header("Cookie"));
  if (!cookies) return refused(400, "bad_cookie");
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (!reads && request.method != "POST") return refused(405, "bad_method");
  const std::string path = target->path;
  if (reads && is_page(path)) return asset(request, "/");
  if (reads && find_asset(path) != nullptr) return asset(request, path);
  Ask ask{request, std::move(*target), std::move(*cookies), {}, {}};
  if (reads && path == "/sign-in/openid") return return_from_provider(ask);
  if (!path.starts_with("/api/")) return error_answer(404, "not_found");
  if (!gate_->is_same_site(request)) return refused(403, "other_site");
  if (!reads) {
    if (!gate_->has_our_origin(request)) return refused(403, "other_site");
    if (!request.header("Content-Type").starts_with("application/json")) {
      return refused(415, "not_json");
    }
    if (request.body.size() > kBodyBytesMax) return refused(413, "too_large");
    ask.body = Json::parse(request.body, nullptr, false);
    if (!ask.body.is_object()) return refused(400, "not_json");
  }
  return api(ask);
}

io::HttpResponse Site::asset(const io::HttpRequest& request, std::string_view path) const {
  const Asset* asset = find_asset(path);
  if (asset == nullptr) return error_answer(404, "not_found");
  io::HttpResponse response;
  response.content_type = asset->type;
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (accepts(request, "br")) {
    response.body = asset->brotli;
    response.headers.emplace_back("Content-Encoding", "br");
  } else if (accepts(request, "gzip")) {
    response.body = asset->gzip;
    response.headers.emplace_back("Content-Encoding", "gzip");
  } else {
    response.body = asset->plain;
  }
  return response;
}

io::HttpResponse Site::api(Ask& ask) {
  const bool is_active = !ask.request.header("X-Active").empty() || ask.request.method == "POST";
  ask.visitor = parts_.sessions.find(value_of(ask.cookies, kSessionCookie), is_active);
  return ask.request.method == "POST" ? post(ask) : get(ask);
}

io::HttpResponse Site::get(const Ask& ask) {
  const std::string_view path = std::string_view(ask.target.path).substr(5);
  if (path == "session") return session(ask);
  if (path == "sign-in/openid") return leave_for_provider();
  if (!ask.visitor) return error_answer(401, "sign_in");
  if (path == "events") return events(ask);
  return view(ask, path);
}

io::HttpResponse Site::post(const Ask& ask) {
  const std::string_view path = std::string_view(ask.target.path).substr(5);
  if (path == "sign-in") return enter(ask);
  if (!ask.visitor) return error_answer(401, "sign_in");
  if (ask.request.header("X-Csrf") != ask.visitor->csrf) {
    parts_.log.warning("refused a request of `" + ask.visitor->who + "`: no csrf token");
    return error_answer(403, "csrf");
  }
  if (path == "alive") return json_answer(200, "{}");
  if (path == "acknowledge") return acknowledge(ask);
  if (path == "export") return export_list(ask);
  if (path == "sign-out") {
    parts_.sessions.close(ask.visitor->session);
    parts_.actions.add({wire::Action::kSignOut, ask.visitor->who});
    auto response = json_answer(200, "{}");
    response.headers.emplace_back("Set-Cookie", set_cookie(kSessionCookie, "", "Strict", 0));
    response.headers.emplace_back("Clear-Site-Data", "\"cache\", \"storage\"");
    return response;
  }
  return error_answer(404, "not_found");
}

io::HttpResponse Site::session(const Ask& ask) const {
  Json out = {{"openid", parts_.sign_in.has_openid()},
              {"openid_name", parts_.settings.openid.name},
              {"network", parts_.settings.network}};
  if (ask.visitor) {
    out["who"] = ask.visitor->who;
    out["role"] = name(ask.visitor->role);
    if (!ask.visitor->agency.empty()) out["agency"] = ask.visitor->agency.text();
    out["csrf"] = ask.visitor->csrf;
    out["idle_ms"] = parts_.settings.idle.ms;
  }
  return json_answer(200, out.dump());
}

io::HttpResponse Site::events(const Ask& ask) {
  std::string_view last = ask.request.header("Last-Event-ID");
  if (last.empty()) last = ask.target.value("after");
  std::uint64_t after = 0;
  const auto [stop, error] = std::from_chars(last.data(), last.data() + last.size(), after);
  if (!last.empty() && (error != std::errc() || stop != last.data() + last.size())) {
    return error_answer(400, "bad_address");
  }
  if (last.empty()) after = UINT64_MAX;  // from now on
  io::HttpResponse response;
  response.content_type = "text/event-stream";
  response.stream = parts_.hub.add(*ask.visitor, after);
  if (!response.stream) return error_answer(503, "too_many");
  return response;
}

io::HttpResponse Site::view(const Ask& ask, std::string_view name) {
  const Visitor& visitor = *ask.visitor;
  const Instant now = parts_.clock.now();
  if (!sees_rows(visitor.role) && name != "tiles") return error_answer(403, "not_yours");
  const Result<Json> made =
      parts_.board.look([&](const Projection& projection, const Feed& feed) -> Result<Json> {
        const Scope scope = scope_of(projection, visitor);
        if (name == "tiles") return Json{{"tiles", tiles_view(projection, scope, now)}};
        if (name == "referrals") return list_view(projection, scope, ask.target, now);
        if (name == "referral") {
          return referral_view(projection, feed, scope, ask.target.value("id"), now);
        }
        if (name == "matrix") return matrix_view(projection, scope, ask.target, now);
        if (name == "trends") return trends_view(projection, scope, ask.target, now);
        if (name == "report") return report_view(projection, scope, ask.target, now);
        if (name == "agencies") return agencies_view(projection, feed, scope, now);
        if (name == "capacity") return capacity_view(projection, scope, now);
        if (name == "duties") return duties_view(projection, scope, now);
        if (name == "exceptions") return exceptions_view(projection, scope, now);
        if (name == "integrity") {
          return integrity_view(projection, feed, parts_.settings.log_key.text(), now);
        }
        return not_found("no such view");
      });
  if (!made) {
    return made.error().code == ErrorCode::kNotFound ? error_answer(404, "not_found")
                                                     : error_answer(400, "bad_address");
  }
  if (name == "referral") {
    looks_.referral(visitor, ReferralId::parse(ask.target.value("id")).value());
  } else if (name == "report" || name == "trends" || name == "matrix") {
    looks_.report(visitor, name);
  } else if (name != "tiles") {
    looks_.list(visitor, name);
  }
  Json out = *made;
  out["at"] = now.ms;
  return json_answer(200, out.dump());
}

}  // namespace safeconduct::dashboard
