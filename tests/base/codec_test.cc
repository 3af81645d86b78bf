#include "schemas/base/codec.h"

#include <catch2/catch.hpp>

using namespace safeconduct;

TEST_CASE("What the writer wrote, the reader reads") {
  ByteWriter w;
  w.label("safeconduct/1 test").u8(1).u16(0x0203).u32(4).i64(-5).str8("abc").blob(view_of("xyz"));
  CHECK(to_hex(w.bytes()).substr(38, 6) == "010203");
  ByteReader r(w.bytes());
  r.label("safeconduct/1 test");
  CHECK(r.u8() == 1);
  CHECK(r.u16() == 0x0203);
  CHECK(r.u32() == 4);
  CHECK(r.i64() == -5);
  CHECK(r.str8() == "abc");
  CHECK(text_of(r.blob(3)) == "xyz");
  CHECK(r.finish("record").has_value());
}

TEST_CASE("Every truncation of a record is refused") {
  ByteWriter w;
  w.label("x").u32(7).str8("name").blob(view_of("body"));
  for (std::size_t cut = 0; cut < w.bytes().size(); ++cut) {
    ByteReader r(ByteView(w.bytes()).first(cut));
    r.label("x");
    r.u32();
    r.str8();
    r.blob(16);
    CHECK_FALSE(r.finish("record").has_value());
  }
}

TEST_CASE("A record with bytes after its end is refused") {
  ByteReader r(view_of("ab"));
  r.u8();
  CHECK(r.finish("record").error().message == "record has bytes after its end");
}

TEST_CASE("A blob above its bound is refused before it is read") {
  ByteWriter w;
  w.blob(view_of("12345"));
  ByteReader r(w.bytes());
  CHECK(r.blob(4).empty());
  CHECK(r.failed());
}
