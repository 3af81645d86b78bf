#include "agents/daemon/local_api.h"

#include <algorithm>
#include <charconv>

#include "agents/daemon/api_call.h"
#include "agents/daemon/api_fhir.h"
#include "agents/daemon/api_person.h"
#include "agents/document/check.h"
#include "policies/vocabulary.h"
#include "schemas/base/suggest.h"

namespace safeconduct::agent {
namespace {

constexpr std::int64_t kWaitMaxMs = 20'000;  // below the server's bound of one request

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t end = std::min(text.find(separator, at), text.size());
    if (end > at) parts.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

Status check_keys(const Json& body, std::span<const std::string_view> known) {
  for (const auto& [key, value] : body.items()) {
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      return invalid("the body has a key that is not known here" + did_you_mean(key, known));
    }
  }
  return {};
}

// Category bits; 0 when the body names none: wholly.
Result<std::uint32_t> categories_of(const Json& body) {
  constexpr std::array<std::string_view, 1> kKnown = {"categories"};
  TRY_OK(check_keys(body, kKnown));
  if (!body.contains("categories")) return 0U;
  const Json& list = body["categories"];
  if (!list.is_array() || list.empty()) {
    return invalid(
        "`categories` must be a list of category names; leave it out to withdraw wholly");
  }
  std::uint32_t bits = 0;
  for (const Json& entry : list) {
    const std::string word = entry.is_string() ? entry.get<std::string>() : std::string();
    const auto category = policies::category_named(word);
    if (!category) {
      return invalid("`categories` holds an unknown category" +
                     did_you_mean(word, policies::category_names()));
    }
    bits |= policies::bit(*category);
  }
  return bits;
}

}  // namespace

namespace {

Result<Duration> wait_of(const std::map<std::string, std::string>& query) {
  const auto found = query.find("wait_ms");
  if (found == query.end()) return kWaitDefault;
  std::int64_t ms = 0;
  const std::string& text = found->second;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
  if (error != std::errc() || end != text.data() + text.size() || ms < 0) {
    return invalid("`wait_ms` must be a number of milliseconds");
  }
  return milliseconds(std::min(ms, kWaitMaxMs));
}

}  // namespace

io::HttpResponse LocalApi::handle(const io::HttpRequest& request) {
  Call call{request, {}, {}, {}};
  const std::string_view target = request.target;
  const std::size_t mark = std::min(target.find('?'), target.size());
  call.path = split(target.substr(0, mark), '/');
  if (mark < target.size()) {
    for (const std::string& pair : split(target.substr(mark + 1), '&')) {
      const std::size_t equals = std::min(pair.find('='), pair.size());
      call.query[pair.substr(0, equals)] =
          equals < pair.size() ? pair.substr(equals + 1) : std::string();
    }
  }
  Answer answer = no_such_route();
  if (auto wait = wait_of(call.query); !wait) {
    answer = wait.error();
  } else if (!call.path.empty() && call.path.front() == "v1") {
    call.path.erase(call.path.begin());
    call.wait = *wait;
    answer = route(call);
  }
  io::HttpResponse response;
  response.status = answer ? 200 : http_status(answer.error().code);
  response.body = (answer ? *answer : error_json(answer.error())).dump() + "\n";
  return response;
}

LocalApi::Answer LocalApi::route(const Call& call) {
  const std::vector<std::string>& path = call.path;
  if (!path.empty() && path[0] == "services") return services(call);
  {
    const std::lock_guard lock(shared_.mutex);
    if (shared_.failure) {
      return Error{ErrorCode::kIo, "the store failed: " + shared_.failure->message +
                                       "; see the agent's log and start it again"};
    }
    if (path.size() == 1 && path[0] == "status") {
      return call.is("GET") ? Answer(status_json(shared_.agent)) : Answer(wrong_method("GET"));
    }
  }
  if (path.size() == 1) {
    if (path[0] == "consents") return consents(call);
    if (path[0] == "referrals") return referrals(call);
    if (path[0] == "fhir") return fhir(call);
    if (path[0] == "sent") return sent(call);
    if (path[0] == "inbox") return inbox(call);
    if (path[0] == "records") return records(call);
    if (path[0] == "person") {
      if (!call.is("GET")) return wrong_method("GET");
      const std::lock_guard lock(shared_.mutex);
      return person_page(shared_.agent, person_, call.query);
    }
    if (path[0] == "policy") return policy(call);
    if (path[0] == "requests") return requests(call);
    if (path[0] == "deletions") return call.is("GET") ? deletions() : wrong_method("GET");
    return life(call, path[0]);
  } else if (path.size() == 2) {
    if (path[0] == "consents") return consent(call, path[1]);
    if (path[0] == "sent") return call.is("GET") ? sent_one(path[1]) : wrong_method("GET");
    if (path[0] == "inbox") return call.is("GET") ? inbox_one(path[1]) : wrong_method("GET");
  } else if (path.size() == 3 && path[0] == "inbox" && path[2] == "keep") {
    return call.is("POST") ? keep(call, path[1]) : wrong_method("POST");
  } else if (path.size() == 3 && path[2] == "withdraw") {
    if (!call.is("POST")) return wrong_method("POST");
    if (path[0] == "consents") return withdraw(call, path[1]);
    if (path[0] == "inbox") return inbox_withdraw(call, path[1]);
  }
  return no_such_route();
}

LocalApi::Answer LocalApi::consents(const Call& call) {
  std::unique_lock lock(shared_.mutex);
  Consents& all = shared_.agent.consents();
  if (call.is("GET")) {
    TRY(found, all.list(kListMax));
    Json list = Json::array();
    for (const Consent& one : found) list.push_back(to_json(one));
    return list;
  }
  if (!call.is("POST")) return wrong_method("GET and POST");
  TRY(added, all.add(call.request.body));
  wait_for(lock, call.wait, [&] {
    const auto now = all.find(added.id);
    return !now || now->state != ConsentState::kQueued;
  });
  TRY(now, all.find(added.id));
  return to_json(now);
}

LocalApi::Answer LocalApi::consent(const Call& call, const std::string& text) {
  TRY(id, id_of<ConsentId>(text, "consent"));
  std::unique_lock lock(shared_.mutex);
  Consents& all = shared_.agent.consents();
  if (call.is("GET")) {
    TRY(found, all.find(id));
    Json out = to_json(found);
    TRY(document, all.document(id));
    out["document"] = Json::parse(text_of(document.expose()), nullptr, false);
    return out;
  }
  if (!call.is("PUT")) return wrong_method("GET and PUT");
  TRY_OK(all.replace(id, call.request.body));
  wait_for(lock, call.wait, [&] {
    const auto now = all.find(id);
    return !now || now->state != ConsentState::kQueued;
  });
  TRY(now, all.find(id));
  return to_json(now);
}

LocalApi::Answer LocalApi::withdraw(const Call& call, const std::string& text) {
  TRY(id, id_of<ConsentId>(text, "consent"));
  TRY(body, body_of(call.request.body));
  TRY(categories, categories_of(body));
  std::unique_lock lock(shared_.mutex);
  TRY_OK(shared_.agent.withdraw(id, categories));
  wait_for(lock, call.wait, [&] {
    const auto now = shared_.agent.consents().find(id);
    return !now || now->state != ConsentState::kWithdrawing;
  });
  TRY(now, shared_.agent.consents().find(id));
  return to_json(now);
}

LocalApi::Answer LocalApi::referrals(const Call& call) {
  if (call.is("GET")) return referral_states();
  if (!call.is("POST")) return wrong_method("GET and POST");
  const auto named = call.query.find("referral");
  std::optional<ReferralId> referral;
  if (named != call.query.end()) {
    TRY(id, id_of<ReferralId>(named->second, "referral"));
    referral = id;
  }
  std::unique_lock lock(shared_.mutex);
  Outbox& outbox = shared_.agent.outbox();
  TRY(added, referral ? outbox.add(call.request.body, *referral) : outbox.add(call.request.body));
  wait_for(lock, call.wait, [&] {
    const auto now = outbox.find(added.first);
    return !now || now->state != SentState::kQueued;
  });
  TRY(now, outbox.find(added.first));
  return to_json(shared_.agent, now);
}

LocalApi::Answer LocalApi::fhir(const Call& call) {
  if (!call.is("POST")) return wrong_method("POST");
  TRY(body, body_of(call.request.body));
  std::unique_lock lock(shared_.mutex);
  TRY(request, fhir_request_of(body, shared_.agent.desk().now()));
  TRY(intake, document::read_fhir(request.files, request.settings));
  std::vector<std::string> documents;
  for (const document::FhirReferral& referral : intake.referrals) {
    documents.push_back(document::to_json(referral.document));
  }
  Outbox& outbox = shared_.agent.outbox();
  TRY(added, outbox.add_all(documents));
  wait_for(lock, call.wait, [&] {
    return std::all_of(added.begin(), added.end(), [&](const Sent& one) {
      const auto now = outbox.find(one.first);
      return !now || now->state != SentState::kQueued;
    });
  });
  Json referrals = Json::array();
  for (const Sent& one : added) {
    TRY(now, outbox.find(one.first));
    referrals.push_back(to_json(shared_.agent, now));
  }
  return Json{{"referrals", std::move(referrals)}, {"report", fhir_report(intake)}};
}

LocalApi::Answer LocalApi::sent(const Call& call) {
  if (!call.is("GET")) return wrong_method("GET");
  std::optional<SentState> state;
  if (const auto asked = call.query.find("state"); asked != call.query.end()) {
    state = sent_state_named(asked->second);
    if (!state) return invalid("`state` is not a state of a sent referral");
  }
  const std::lock_guard lock(shared_.mutex);
  TRY(found, shared_.agent.outbox().list(state, kListMax));
  Json list = Json::array();
  for (const Sent& one : found) list.push_back(to_json(shared_.agent, one));
  return list;
}

LocalApi::Answer LocalApi::sent_one(const std::string& text) {
  TRY(id, id_of<MessageId>(text, "message"));
  const std::lock_guard lock(shared_.mutex);
  TRY(found, shared_.agent.outbox().find(id));
  return to_json(shared_.agent, found);
}

LocalApi::Answer LocalApi::inbox(const Call& call) {
  if (!call.is("GET")) return wrong_method("GET");
  const std::lock_guard lock(shared_.mutex);
  TRY(found, shared_.agent.inbox().list(kListMax));
  Json list = Json::array();
  for (const Received& one : found) list.push_back(to_json(one));
  return list;
}

LocalApi::Answer LocalApi::inbox_one(const std::string& text) {
  TRY(id, id_of<MessageId>(text, "message"));
  const std::lock_guard lock(shared_.mutex);
  Inbox& inbox = shared_.agent.inbox();
  TRY(found, inbox.find(id));
  if (found.rejection != 0) return not_found("message `" + text + "` was not accepted");
  TRY(slots, inbox.content(id));
  TRY(content, document::render(slots));
  Json out = to_json(found);
  out["content"] = Json::parse(content, nullptr, false);
  return out;
}

LocalApi::Answer LocalApi::inbox_withdraw(const Call& call, const std::string& text) {
  TRY(id, id_of<MessageId>(text, "message"));
  TRY(body, body_of(call.request.body));
  TRY(categories, categories_of(body));
  std::unique_lock lock(shared_.mutex);
  TRY_OK(shared_.agent.withdraw_received(id, categories));
  Inbox& inbox = shared_.agent.inbox();
  wait_for(lock, call.wait, [&] {
    const auto now = inbox.find(id);
    return !now || now->stopped;
  });
  TRY(now, inbox.find(id));
  return to_json(now);
}

LocalApi::Answer LocalApi::policy(const Call& call) {
  if (!call.is("GET")) return wrong_method("GET");
  std::optional<std::uint64_t> position;
  if (const auto asked = call.query.find("position"); asked != call.query.end()) {
    std::uint64_t number = 0;
    const char* end = asked->second.data() + asked->second.size();
    const auto [stop, error] = std::from_chars(asked->second.data(), end, number);
    if (error != std::errc() || stop != end) return invalid("`position` must be a number");
    position = number;
  }
  const std::lock_guard lock(shared_.mutex);
  return policy_json(shared_.agent, position);
}

LocalApi::Answer LocalApi::records(const Call& call) {
  if (!call.is("POST")) return wrong_method("POST");
  constexpr std::array<std::string_view, 2> kKnown = {"kind", "note"};
  TRY(body, body_of(call.request.body));
  TRY_OK(check_keys(body, kKnown));
  const bool complete = body.contains("kind") && body["kind"].is_string() &&
                        body.contains("note") && body["note"].is_string();
  if (!complete) return invalid("give `kind` (directory or policy) and `note`, both as text");
  const std::string kind = body["kind"];
  if (kind != "directory" && kind != "policy") return invalid("`kind` must be directory or policy");
  const std::string note = body["note"];
  if (note.size() > limits::kDocumentBytesMax) return invalid("the note is longer than 448 KiB");
  std::unique_lock lock(shared_.mutex);
  TRY(ticket, shared_.agent.hand_in(
                  kind == "policy" ? wire::RecordKind::kPolicy : wire::RecordKind::kDirectory,
                  to_bytes(note)));
  return answer_to(call, lock, ticket);
}

}  // namespace safeconduct::agent
