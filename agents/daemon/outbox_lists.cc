// Reading what was sent: one message, those in a state, those on a consent.
#include "agents/daemon/outbox.h"
#include "agents/daemon/place.h"

namespace safeconduct::agent {

Result<Sent> Outbox::find(const MessageId& id) const {
  const Change none(desk_->store);
  TRY(sent, load_sent(none, id));
  if (!sent) return not_found("this agent sent no message `" + id.text() + "`");
  return std::move(*sent);
}

Result<std::optional<Sent>> Outbox::load_sent(const Change& change, const MessageId& id) const {
  TRY(value, change.get(place::sent(id)));
  if (!value) {
    TRY(first, change.get(place::alias(id)));
    if (!first) return std::optional<Sent>();
    TRY(behind, change.get(place::sent(MessageId{ByteReader(*first).array<16>()})));
    value = std::move(behind);
  }
  if (!value) return std::optional<Sent>();
  TRY(sent, decode_sent(*value));
  return std::optional<Sent>(std::move(sent));
}

Result<std::vector<Sent>> Outbox::list(std::optional<SentState> state, std::size_t limit) const {
  std::vector<MessageId> ids;
  TRY_OK(desk_->store.each_back(place::all('S'), {}, SIZE_MAX,
                                [&](ByteView, ByteView value) -> Status {
                                  ids.push_back(MessageId{ByteReader(value).array<16>()});
                                  return {};
                                }));
  std::vector<Sent> found;
  for (const MessageId& id : ids) {
    if (found.size() >= limit) break;
    TRY(sent, find(id));
    if (!state || sent.state == *state) found.push_back(std::move(sent));
  }
  return found;
}

Result<std::vector<Sent>> Outbox::on_consent(const ConsentId& consent, std::size_t limit) const {
  std::vector<MessageId> ids;
  TRY_OK(desk_->store.each_back(place::sent_on(consent), {}, limit,
                                [&](ByteView, ByteView value) -> Status {
                                  ids.push_back(MessageId{ByteReader(value).array<16>()});
                                  return {};
                                }));
  std::vector<Sent> found;
  for (const MessageId& id : ids) {
    TRY(sent, find(id));
    found.push_back(std::move(sent));
  }
  return found;
}
}  // namespace safeconduct::agent
