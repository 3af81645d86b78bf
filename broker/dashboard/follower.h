// Follows the ledger's feed as an observer, over CURVE with a key of its own: reads, verifies, and
// puts what it read on the board. Sends what people did. Holds no sealing key.
#pragma once

#include <atomic>

#include "broker/dashboard/action_log.h"
#include "broker/dashboard/board.h"
#include "broker/dashboard/reader.h"
#include "broker/dashboard/settings.h"
#include "broker/dashboard/witness_watch.h"
#include "schemas/io/net.h"

namespace safeconduct::dashboard {

class Follower {
 public:
  Follower(const Settings& settings, io::CurveKeys keys, Reader reader, Board& board,
           ActionLog& actions, const Clock& clock, const Log& log);
  // Before run: whom to tell what was verified, and whose word counts.
  void watch(WitnessWatch* witnesses) { witnesses_ = witnesses; }

  // Until `stop`; calls `after_turn` at least ten times a second on this thread. Errors: kIo, of
  // the socket.
  [[nodiscard]] Status run(const std::atomic<bool>& stop, const std::function<void()>& after_turn);
  [[nodiscard]] const Reader& reader() const { return reader_; }

 private:
  [[nodiscard]] Status dial();
  void hang_up(Link link, const std::string& why);
  void on_event(io::LinkEvent event);
  void say_hello();
  [[nodiscard]] Status read_frame(ByteView bytes);
  void on_frame(ByteView bytes);
  [[nodiscard]] Status on_body(const wire::ToAgent& frame);
  void heed_witnesses();
  void take_software(const std::vector<wire::Told>& told);
  void flush();
  void set(Link link, const std::string& why = {});
  void tell_board();

  const Settings& settings_;
  io::CurveKeys keys_;
  Reader reader_;
  Board& board_;
  ActionLog& actions_;
  const Clock& clock_;
  const Log& log_;
  WitnessWatch* witnesses_ = nullptr;
  std::optional<io::DealerSocket> socket_;
  Instant dial_at_{};
  Duration pause_;
  bool greeted_ = false;     // hello was said on this connection
  bool subscribed_ = false;  // and welcome heard
  Feed feed_;
  bool feed_changed_ = true;
};

}  // namespace safeconduct::dashboard
