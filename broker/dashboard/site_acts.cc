// What a request of the site acts on: coming in, going to the identity provider, acknowledging,
// exporting. What takes long is made later.
#include "broker/dashboard/site.h"

namespace safeconduct::dashboard {
namespace {

constexpr Duration kRecordWait = seconds(5);

std::string text_at(const Json& body, const char* key) {
  const auto at = body.find(key);
  return at != body.end() && at->is_string() ? at->get<std::string>() : std::string();
}

io::HttpResponse later(std::function<io::HttpResponse()> make) {
  io::HttpResponse response;
  response.later = std::move(make);
  return response;
}

// A page that goes on by itself: a redirect would still count as coming from the provider, and the
// strict session cookie would not be sent along.
io::HttpResponse page_to(std::string_view path) {
  io::HttpResponse response;
  response.content_type = "text/html; charset=utf-8";
  response.body =
      "<!doctype html><html lang=\"en\"><title>Safeconduct</title><meta "
      "http-equiv=\"refresh\" content=\"0;url=" +
      std::string(path) + "\"><p><a href=\"" + std::string(path) + "\">Go on</a></p></html>";
  return response;
}

}  // namespace

io::HttpResponse Site::entered(const Entered& entered, const Person*) const {
  switch (entered.outcome) {
    case Entered::Outcome::kIn: {
      auto response = json_answer(200, "{}");
      const std::int64_t seconds_max = days(30).ms / 1000;
      response.headers.emplace_back(
          "Set-Cookie", set_cookie(kSessionCookie, entered.cookie, "Strict", seconds_max));
      return response;
    }
    case Entered::Outcome::kWrong:
      return error_answer(401, "wrong");
    case Entered::Outcome::kLocked: {
      const std::int64_t wait_s = (entered.wait.ms + 999) / 1000;
      auto response =
          json_answer(429, "{\"error\":\"locked\",\"wait_s\":" + std::to_string(wait_s) + "}");
      response.headers.emplace_back("Retry-After", std::to_string(wait_s));
      return response;
    }
    case Entered::Outcome::kUnavailable:
      return error_answer(503, "provider");
  }
  return error_answer(401, "wrong");
}

io::HttpResponse Site::enter(const Ask& ask) {
  const std::string peer = ask.request.peer;
  // Whoever signs in anew leaves the session that the browser had.
  const auto before = ask.visitor;
  const std::string token = text_at(ask.body, "link");
  const std::string who = text_at(ask.body, "name");
  const std::string password = text_at(ask.body, "password");
  const std::string code = text_at(ask.body, "code");
  if (token.empty() && (who.empty() || who.size() > 32)) return error_answer(401, "wrong");
  return later([=, this] {
    const Entered result = token.empty() ? parts_.sign_in.by_password(who, password, code, peer)
                                         : parts_.sign_in.by_link(token, peer);
    if (before && result.outcome == Entered::Outcome::kIn) parts_.sessions.close(before->session);
    return entered(result);
  });
}

io::HttpResponse Site::leave_for_provider() {
  if (!parts_.sign_in.has_openid()) return error_answer(404, "not_found");
  return later([this] {
    const auto departure = parts_.sign_in.leave_for_provider();
    if (!departure) {
      parts_.log.warning("the identity provider: " + departure.error().message);
      return error_answer(503, "provider");
    }
    auto response = json_answer(200, Json{{"url", departure->url}}.dump());
    response.headers.emplace_back("Set-Cookie",
                                  set_cookie(kOpenIdCookie, departure->cookie, "Lax", 600));
    return response;
  });
}

io::HttpResponse Site::return_from_provider(const Ask& ask) {
  if (!parts_.sign_in.has_openid()) return error_answer(404, "not_found");
  const std::string cookie(value_of(ask.cookies, kOpenIdCookie));
  const std::string state(ask.target.value("state"));
  const std::string code(ask.target.value("code"));
  const std::string peer = ask.request.peer;
  return later([=, this] {
    const Entered result = parts_.sign_in.return_from_provider(cookie, state, code, peer);
    const bool is_in = result.outcome == Entered::Outcome::kIn;
    auto response = page_to(is_in ? "/" : "/sign-in?refused=1");
    if (is_in) response.headers = entered(result).headers;
    response.headers.emplace_back("Set-Cookie", set_cookie(kOpenIdCookie, "", "Lax", 0));
    return response;
  });
}

io::HttpResponse Site::acknowledge(const Ask& ask) {
  const auto at = ask.body.find("position");
  if (at == ask.body.end() || !at->is_number_unsigned()) return error_answer(400, "bad_address");
  if (ask.visitor->role != Role::kNetworkCoordinator) return error_answer(403, "not_yours");
  const auto position = at->get<std::uint64_t>();
  const bool exists = parts_.board.look([&](const Projection& projection, const Feed&) {
    return projection.reviews().contains(position);
  });
  if (!exists) return error_answer(404, "not_found");
  ActionLog::What what{wire::Action::kAcknowledge, ask.visitor->who};
  what.position = position;
  return later([=, this] {
    const std::uint64_t ticket = parts_.actions.add(what);
    if (parts_.actions.wait_until_recorded(ticket, kRecordWait)) return json_answer(200, "{}");
    return json_answer(202, "{}");  // it waits for the broker
  });
}

io::HttpResponse Site::export_list(const Ask& ask) {
  const Visitor visitor = *ask.visitor;
  if (!sees_rows(visitor.role)) return error_answer(403, "not_yours");
  auto target = parse_target(text_at(ask.body, "list"));
  if (!target) return error_answer(400, "bad_address");
  return later([=, this, target = std::move(*target)] {
    // Written down first: what cannot be recorded is not handed out.
    const std::uint64_t ticket = parts_.actions.add({wire::Action::kExport, visitor.who});
    if (!parts_.actions.wait_until_recorded(ticket, kRecordWait)) {
      return error_answer(503, "not_recorded");
    }
    const auto csv = parts_.board.look([&](const Projection& projection, const Feed&) {
      return list_csv(projection, scope_of(projection, visitor), target, parts_.clock.now());
    });
    if (!csv) return error_answer(400, "bad_address");
    io::HttpResponse response;
    response.content_type = "text/csv; charset=utf-8";
    response.body = *csv;
    return response;
  });
}

}  // namespace safeconduct::dashboard
