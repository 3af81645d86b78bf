// What holds for every form of bytes: it comes back as it was, and cut, lengthened or changed it is
// refused with a sentence.
#include <catch2/catch.hpp>
#include <iostream>
#include <random>

#include "schemas/wire/header.h"
#include "tests/wire/examples.h"

using namespace safeconduct;
using namespace safeconduct::wire;

namespace {

// A refusal that a person can read: a sentence, and neither a crash nor a retry.
bool refused_clearly(const Result<Bytes>& result) {
  if (result) return false;
  const ErrorCode code = result.error().code;
  return result.error().message.size() > 15 &&
         (code == ErrorCode::kInvalid || code == ErrorCode::kUnsupported);
}

std::uint64_t test_seed() {
  const char* given = std::getenv("SAFECONDUCT_SEED");
  return given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
}

// Changes 1 to 4 places: a bit, a byte, a cut, a copy of a stretch over another.
void mutate(Bytes& bytes, std::mt19937_64& random) {
  for (std::size_t n = 1 + random() % 4; n > 0 && !bytes.empty(); --n) {
    const std::size_t at = random() % bytes.size();
    switch (random() % 4) {
      case 0:
        bytes[at] ^= static_cast<std::uint8_t>(1u << random() % 8);
        break;
      case 1:
        bytes[at] = static_cast<std::uint8_t>(random());
        break;
      case 2:
        bytes.resize(random() % 2 == 0 ? at : bytes.size() + 8 * (random() % 3));
        break;
      case 3: {
        const std::size_t size = std::min<std::size_t>(1 + random() % 16, bytes.size() - at);
        const std::size_t from = random() % (bytes.size() - size + 1);
        std::memmove(bytes.data() + at, bytes.data() + from, size);
        break;
      }
    }
  }
}

}  // namespace

TEST_CASE("Everything that travels comes back as it was") {
  for (const Form& form : all_forms()) {
    INFO(form.name);
    const auto again = form.again(form.valid);
    if (!again) FAIL(again.error().message);
    CHECK(*again == form.valid);
  }
  for (const ToBroker& frame : frames_to_broker()) {
    const auto decoded = decode_to_broker(encode(frame));
    REQUIRE(decoded);
    CHECK(decoded->request == frame.request);
    CHECK(decoded->body == frame.body);
  }
  for (const ToAgent& frame : frames_to_agent()) {
    const auto decoded = decode_to_agent(encode(frame));
    REQUIRE(decoded);
    CHECK(decoded->request == frame.request);
    CHECK(decoded->body == frame.body);
  }
}

TEST_CASE("Records and header keep every field") {
  CHECK(decode_header(encode(example_header())).value() == example_header());
  CHECK(decode_consent(encode(example_consent())).value() == example_consent());
  CHECK(decode_withdrawal(encode(example_withdrawal())).value() == example_withdrawal());
  CHECK(decode_sealing_card(encode(example_card())).value() == example_card());
  CHECK(decode_receipt(encode(example_receipt())).value() == example_receipt());
  CHECK(decode_sealed(encode_sealed(example_sealed())).value() == example_sealed());
}

TEST_CASE("Everything that travels is refused when it is cut anywhere") {
  for (const Form& form : all_forms()) {
    for (std::size_t size = 0; size < form.valid.size(); ++size) {
      if (refused_clearly(form.again(ByteView(form.valid).first(size)))) continue;
      INFO(form.name << " cut to " << size << " of " << form.valid.size());
      FAIL_CHECK("not refused");
    }
  }
}

TEST_CASE("A grammar refuses bytes after its end") {
  for (const Form& form : canonical_forms()) {
    Bytes longer = form.valid;
    longer.push_back(0);
    INFO(form.name);
    CHECK(refused_clearly(form.again(longer)));
  }
}

TEST_CASE("What is signed or hashed has one encoding: what is accepted encodes to itself") {
  for (const Form& form : canonical_forms()) {
    for (std::size_t at = 0; at < form.valid.size(); ++at) {
      for (const unsigned flip : {0x01u, 0x80u, 0xffu}) {
        Bytes changed = form.valid;
        changed[at] = static_cast<std::uint8_t>(changed[at] ^ flip);
        const auto again = form.again(changed);
        if (again ? *again == changed : refused_clearly(again)) continue;
        INFO(form.name << " at " << at << " flipped by " << flip);
        FAIL_CHECK("accepted, but encodes to other bytes");
      }
    }
  }
}

TEST_CASE("2,000 random changes crash nothing, and grammars stay canonical under them") {
  const std::uint64_t seed = test_seed();
  std::cout << "  SAFECONDUCT_SEED=" << seed << " repeats this run\n";
  INFO("SAFECONDUCT_SEED=" << seed);
  std::mt19937_64 random(seed);
  const std::vector<Form> forms = all_forms();
  const std::size_t canonical = canonical_forms().size();
  std::size_t accepted = 0;
  for (int i = 0; i < 2000; ++i) {
    const std::size_t which = random() % forms.size();
    Bytes bytes = forms[which].valid;
    mutate(bytes, random);
    const auto again = forms[which].again(bytes);
    INFO(forms[which].name << ", change " << i);
    accepted += again ? 1 : 0;
    if (!again) {
      CHECK(refused_clearly(again));
    } else if (which < canonical) {
      CHECK(*again == bytes);
    } else {
      // An envelope may lie otherwise in memory, but what was read of it is read again.
      const auto settled = forms[which].again(*again);
      REQUIRE(settled);
      CHECK(*settled == *again);
    }
  }
  CHECK(accepted > 100);  // most changed ids and hashes are as good as any
  CHECK(accepted < 1900);
}
