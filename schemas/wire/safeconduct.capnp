@0xb1f3c0de5afec0d1;
using Cxx = import "/capnp/c++.capnp";
$Cxx.namespace("safeconduct::wire::schema");
# The words that agents and the broker speak: Cap'n Proto messages in ZeroMQ frames, over CURVE. A
# frame holds one message or several, one right after the other (each says its own length); they are
# taken in their order, as if each had come in a frame of its own. Whoever has several to send at
# once puts them together; nobody waits for more.
#
# An agent opens with Hello and is answered by Welcome. From then on both sides send at will:
#
#   agent -> broker                        broker -> agent
#   hello      I am here, I speak 1        welcome     my time, my head
#   submit     a sealed referral           decided     admitted or refused, and where it is logged
#   record     a signed record: consent,   recorded    its ledger position
#              withdrawal, sealing card,
#              directory, policy, and of
#              a referral's life: move,
#              request, deletion, ...
#   credit     send me n deliveries        delivery    kept slots, proof that this is logged
#   receipt    kept, or rejected           recorded    its ledger position
#   subscribe  my feed from position p     feed        entries with the parts that are mine, proofs
#                                          checkpoint  signed head, consistent with the last
#                                          problem     nothing was decided: push-back, or not
#                                                      understood
#
# A referral's life (referral_records.h): a `request` names whom to ask and in which order, each
# under a case code of its own; inquiries travel as submissions; recipients answer by `move`; the
# first acceptance wins and the others read `withdrawn`. Who was told to stop owes a `deletion`
# receipt within 7 days. An `exception` is recorded before what it allows is released. An agency
# whose only role is `coordinator` is an observer: its feed has the routing part of every entry.
#
# Everything that is signed or hashed travels as Data in the byte grammars of schemas/FORMATS.md and
# is checked as sent; Cap'n Proto is only the envelope and is never re-serialised for hashing.
# Agency names in a frame are never trusted: the broker knows the agency from the CURVE key.
# `request` is the agent's own number, echoed in the answer. Readers bound traversal, nesting and
# every size (schemas/base/limits.h) before they look inside.

struct ToBroker {
  request @0 :UInt64;
  union {
    hello @1 :Hello;
    submit @2 :Submission;
    record @3 :SignedRecord;
    credit @4 :Credit;
    receipt @5 :Receipt;
    subscribe @6 :Subscribe;
  }
}

struct ToAgent {
  request @0 :UInt64;
  union {
    welcome @1 :Welcome;
    decided @2 :Decided;
    recorded @3 :UInt64;        # ledger position
    delivery @4 :Delivery;
    feed @5 :Feed;
    checkpoint @6 :Checkpoint;
    problem @7 :Problem;
  }
}

struct Hello {
  protocol @0 :UInt16;
  software @1 :Text;            # name and version, for the operators; at most 64 bytes
  treeSize @2 :UInt64;          # size of the last checkpoint that this agent verified; 0 for none
}

struct Welcome {
  protocol @0 :UInt16;
  brokerTime @1 :Int64;         # UTC ms: the clock that decides
  checkpoint @2 :Checkpoint;
  directory @3 :Data;           # of a log opened after a loss: the authority's note that names it
}

struct BatchSignature {         # FORMATS.md, "Signature batches"
  place @0 :UInt8;
  salt @1 :Data;
  siblings @2 :Data;            # 6 x 32 bytes, leaf side first
  signature @3 :Data;
}

struct Submission {
  sealed @0 :Data;              # FORMATS.md, "Sealed message"
  offered @1 :UInt64;           # for the broker alone: the offered slots as bits, and their salt
  offeredSalt @2 :Data;
  consentId @3 :Data;           # for the broker alone; empty unless the basis is consent
  consentSalt @4 :Data;
}

struct Decided {
  messageId @0 :Data;
  position @1 :UInt64;
  admitted @2 :Bool;
  senderPart @3 :Data;          # FORMATS.md, "Sender's part": level and reason per category
}

struct SignedRecord {
  kind @0 :UInt8;               # wire::RecordKind
  body @1 :Data;                # as signed; a signed note for directory and policy
  keyId @2 :Data;               # empty for a signed note
  signature @3 :Data;
}

struct Credit {
  deliveries @0 :UInt32;        # how many more may be sent; 0: none at all, the agent is leaving
  treeSize @1 :UInt64;          # as in Hello
}

struct Receipt {
  body @0 :Data;
  signature @1 :BatchSignature;
}

struct Subscribe {
  from @0 :UInt64;              # first ledger position wanted
}

struct Part {
  kind @0 :UInt8;
  salt @1 :Data;
  bytes @2 :Data;
}

struct Entry {
  leaf @0 :Data;
  parts @1 :List(Part);         # only those that are the reader's
  inclusion @2 :List(Data);     # path to the checkpoint sent before
}

struct Feed {
  entries @0 :List(Entry);
  next @1 :UInt64;              # everything of the reader's below this position has been sent
  told @2 :List(Told);          # for observers: what agencies said in Hello since the page before
}

struct Told {                   # in no ledger: nobody can prove it
  agency @0 :Text;
  software @1 :Text;            # as in Hello
}

struct Checkpoint {
  note @0 :Data;                # C2SP signed note
  oldSize @1 :UInt64;           # the size that the reader named; 0 when consistency is empty
  consistency @2 :List(Data);
}

struct Delivery {
  sealed @0 :Data;              # FORMATS.md, "Sealed message"; only kept slots
  entry @1 :Entry;              # the delivery entry, the recipient's part, its inclusion
}

struct Problem {
  code @0 :UInt8;               # safeconduct::ErrorCode
  message @1 :Text;
  retryAfterMs @2 :UInt32;      # 0: do not retry
  messageId @3 :Data;           # when it answers a submission or a receipt
}
