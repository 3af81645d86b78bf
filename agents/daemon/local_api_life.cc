// The routes of a referral's life.
#include "agents/daemon/api_call.h"
#include "agents/daemon/api_referrals.h"
#include "agents/daemon/api_services.h"

namespace safeconduct::agent {
namespace {

constexpr Duration kNoteWait = seconds(5);

}  // namespace

LocalApi::Answer LocalApi::answer_to(const Call& call, std::unique_lock<std::mutex>& lock,
                                     std::uint64_t ticket) {
  const Duration wait = call.query.contains("wait_ms") ? call.wait : kNoteWait;
  wait_for(lock, wait, [&] { return shared_.agent.note_answer(ticket).has_value(); });
  const auto answer = shared_.agent.note_answer(ticket);
  if (!answer) return Json{{"state", "queued"}};
  if (answer->refusal) return *answer->refusal;
  return Json{{"state", "recorded"}, {"position", *answer->position}};
}

LocalApi::Answer LocalApi::life(const Call& call, const std::string& path) {
  if (!call.is("POST")) return no_such_route();
  TRY(body, body_of(call.request.body));
  std::unique_lock lock(shared_.mutex);
  Agent& agent = shared_.agent;
  Change change(agent.desk().store);
  TRY(said, record_of(agent, change, path, body));
  TRY(ticket, agent.say(change, said.record));
  TRY(answer, answer_to(call, lock, ticket));
  answer.update(said.extra);
  return answer;
}

LocalApi::Answer LocalApi::requests(const Call& call) {
  if (!call.is("POST")) return wrong_method("POST");
  TRY(body, body_of(call.request.body));
  TRY(asking, asking_of(body));
  const std::lock_guard lock(shared_.mutex);
  TRY(id, shared_.agent.ask(asking.request, asking.inquiry));
  shared_.wake();
  return Json{{"request", id.text()}, {"state", "queued"}};
}

LocalApi::Answer LocalApi::services(const Call& call) {
  const std::string what = call.path.size() == 2 ? call.path[1] : "";
  if (call.path.size() > 2) return no_such_route();
  TRY(body, body_of(call.request.body));
  std::unique_lock lock(shared_.mutex);
  Agent& agent = shared_.agent;
  if (shared_.failure) return *shared_.failure;
  if (call.is("GET")) return what.empty() ? our_services(agent) : services_of(agent, what);
  if (!call.is("POST")) return wrong_method("GET and POST");
  if (what == "import") return import_services(agent, body);
  if (what == "search") return search_services(agent, body);
  if (what != "announce" && what != "capacity") return no_such_route();
  TRY(ticket, what == "announce" ? announce_services(agent) : announce_capacity(agent, body));
  return answer_to(call, lock, ticket);
}

LocalApi::Answer LocalApi::keep(const Call& call, const std::string& text) {
  TRY(id, id_of<MessageId>(text, "message"));
  TRY(body, body_of(call.request.body));
  TRY(kept, kept_of(body));
  const std::lock_guard lock(shared_.mutex);
  TRY_OK(shared_.agent.inbox().find(id));
  Change change(shared_.agent.desk().store);
  shared_.agent.referrals().keep(change, id, kept);
  TRY_OK(change.commit());
  return Json{{"message", text}, {"state", "noted"}};
}

LocalApi::Answer LocalApi::deletions() const {
  const std::lock_guard lock(shared_.mutex);
  TRY(found, shared_.agent.referrals().deletions(kListMax));
  Json list = Json::array();
  for (const auto& [message, position] : found) {
    list.push_back({{"message", message.text()}, {"position", position}});
  }
  return list;
}

LocalApi::Answer LocalApi::referral_states() const {
  const std::lock_guard lock(shared_.mutex);
  TRY(found, shared_.agent.referrals().list(kListMax));
  Json list = Json::array();
  for (const Known& one : found) list.push_back(to_json(one));
  return list;
}

}  // namespace safeconduct::agent
