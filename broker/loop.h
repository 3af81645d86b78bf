// The broker's loop (DESIGN §4): drain frames, verify them on all cores, apply them in order, one
// synced batch, then answer, feed and deliver. Nothing leaves before its sync.
#pragma once

#include <atomic>
#include <mutex>

#include "broker/admission.h"
#include "broker/body_plan.h"
#include "broker/core/core.h"
#include "broker/cosigners.h"
#include "broker/introductions.h"
#include "broker/peers.h"
#include "broker/pruner.h"
#include "broker/store/read_back.h"
#include "broker/verifier.h"
#include "schemas/base/clock.h"
#include "schemas/base/log.h"

namespace safeconduct::broker {

// A directory or policy that the operator puts into force from a file.
struct OperatorNote {
  wire::RecordKind kind = wire::RecordKind::kDirectory;
  Bytes note;
};

struct LoopParts {
  store::Store& store;
  core::Core& core;
  io::RouterSocket& router;
  KeyringShelf& keyrings;
  const ledger::NoteKey& authority;
  store::Store::Sign sign;  // checkpoints
  const Clock& clock;
  const Log& log;
  unsigned verify_helpers = 1;
  Duration heartbeat_after = seconds(60);  // silence shows
  Cosigners* cosigners = nullptr;          // null: no witnesses
};

class Loop {
 public:
  explicit Loop(LoopParts parts);

  // Until `stop` is set (wake the router's waker then). Errors: the first failed read, write or
  // sync; then nothing more is answered and the broker must be started anew.
  [[nodiscard]] Status run(const std::atomic<bool>& stop);
  // One tick; waits up to `wait` for something to do. For run() and tests.
  [[nodiscard]] Status tick(Duration wait);

  // Put into force with the next ticks, one a tick. Thread-safe.
  void put_note(OperatorNote note);

 private:
  struct Tick;

  [[nodiscard]] bool busy() const;
  // Takes what came in and lets the helpers begin with its verification.
  [[nodiscard]] Status take_frames(Duration wait);
  void check_message(std::size_t index);
  void when_quiet(std::size_t frames);
  void lay_out_messages();
  [[nodiscard]] Status handle(Tick& tick, const io::RouterFrame& frame, Checked checked);
  [[nodiscard]] Status apply_submission(Tick& tick, Peer& peer, std::uint64_t request,
                                        VerifiedSubmission submission);
  [[nodiscard]] Status apply_record(Tick& tick, Peer& peer, std::uint64_t request, Checked checked);
  [[nodiscard]] Result<core::Answer> apply(Tick& tick, const core::Command& command);
  void take_operator_note(Tick& tick);
  [[nodiscard]] Status apply_timers(Tick& tick);
  // The ledger's own care: what was stored is read again, silence is broken, the clock watched.
  void look_after_ledger(const Tick& tick);
  [[nodiscard]] Status withhold_from_suspended(Tick& tick);
  [[nodiscard]] Status deliver(Tick& tick);
  [[nodiscard]] Status deliver_to(Tick& tick, Peer& peer);
  [[nodiscard]] Status commit(Tick& tick);

  void greet(Tick& tick, Peer& peer, std::uint64_t request, const wire::Hello& hello);
  void answer(Tick& tick, Peer& peer, std::uint64_t request, const core::Answer& answer,
              const MessageId& about = {});
  [[nodiscard]] wire::Decided decided_frame(const Tick& tick, const core::Decided& decided) const;
  [[nodiscard]] Status send_all(Tick& tick);
  [[nodiscard]] Bytes directory_of_new_log() const;
  [[nodiscard]] Status send_mail(Tick& tick);
  [[nodiscard]] Status send_feeds(Tick& tick);
  [[nodiscard]] bool observes(const Peer& peer) const;
  [[nodiscard]] Status send_live(const Tick& tick, Peer& peer);
  [[nodiscard]] Status send_page(Peer& peer);
  [[nodiscard]] Status send_observed(Peer& peer);
  // The newest checkpoint, before anything whose proof leads to it.
  [[nodiscard]] Result<bool> send_checkpoint(Peer& peer);
  // Puts a message into the peer's next frame, and sends that when it is full. False when the
  // peer's queue is full or the connection is gone: then everything that was not sent is as if it
  // had not been posted.
  bool post(Peer& peer, const wire::ToAgent& message);
  bool post_mail(Peer& peer, std::uint64_t submission, ByteView sealed,
                 const wire::EntryView& entry);
  // After the checkpoint that its proofs lead to.
  [[nodiscard]] Result<bool> post_feed(Peer& peer, wire::Feed feed);
  bool send_full(Peer& peer);
  bool send_rest(Peer& peer);
  bool send_frame(Peer& peer, Bytes frame);

  LoopParts parts_;
  RootCache roots_;
  // The next tick's frames: verified while this one is applied and synced.
  struct Ahead {
    std::vector<io::RouterFrame> frames;
    struct Message {
      std::size_t frame = 0;
      ByteView bytes;  // of the frame; empty when the frame cannot be taken apart
    };
    std::vector<Message> messages;
    std::vector<Bytes> copies;  // of frames that lie across words
    std::vector<Checked> checked;
    std::shared_ptr<const Keyring> keyring;
  };
  Ahead ahead_;
  Verifier verifier_;  // its threads look at the above
  Peers peers_;
  Introductions introductions_;
  std::mutex notes_mutex_;
  std::vector<OperatorNote> notes_;
  bool standings_changed_ = true;  // since mail of suspended agencies was looked for
  Instant timers_at_{};
  bool was_busy_ = false;
  Instant last_entry_at_{};
  store::ReadBack read_back_;
  bool clock_is_back_ = false;
};

}  // namespace safeconduct::broker
