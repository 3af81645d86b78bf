#include "schemas/seal/timestamp.h"

#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ts.h>
#include <openssl/x509_vfy.h>

#include <ctime>
#include <memory>

namespace safeconduct::seal {
namespace {

template <auto Free>
struct With {
  template <class T>
  void operator()(T* value) const {
    Free(value);
  }
};
using Response = std::unique_ptr<TS_RESP, With<TS_RESP_free>>;
using Context = std::unique_ptr<TS_VERIFY_CTX, With<TS_VERIFY_CTX_free>>;
using Store = std::unique_ptr<X509_STORE, With<X509_STORE_free>>;

Result<Instant> instant_of(const ASN1_GENERALIZEDTIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) {
    return invalid("the time stamp states no time");
  }
  return Instant{static_cast<std::int64_t>(::timegm(&parts)) * 1000};
}

}  // namespace

Result<Instant> check_timestamp(ByteView response, ByteView data, const std::string& ca_file) {
  ERR_clear_error();
  const unsigned char* at = response.data();
  const Response parsed(d2i_TS_RESP(nullptr, &at, static_cast<long>(response.size())));
  if (!parsed || TS_RESP_get_tst_info(parsed.get()) == nullptr) {
    return invalid("the time stamp is not an RFC 3161 response that holds a token");
  }
  Store store(X509_STORE_new());
  SC_CHECK(store != nullptr);
  if (X509_STORE_load_file(store.get(), ca_file.c_str()) != 1) {
    return invalid("`" + ca_file + "` holds no certificate in PEM; name the authority's");
  }
  const Context context(TS_VERIFY_CTX_new());
  SC_CHECK(context != nullptr);
  TS_VERIFY_CTX_set_flags(context.get(), TS_VFY_VERSION | TS_VFY_DATA | TS_VFY_SIGNATURE);
  TS_VERIFY_CTX_set_data(context.get(),
                         BIO_new_mem_buf(data.data(), static_cast<int>(data.size())));
  TS_VERIFY_CTX_set_store(context.get(), store.release());
  if (TS_RESP_verify_response(context.get(), parsed.get()) != 1) {
    const char* reason = ERR_reason_error_string(ERR_peek_last_error());
    return unauthentic("the time stamp is not of this checkpoint, or not of an authority that `" +
                       ca_file + "` names (" + (reason == nullptr ? "no reason given" : reason) +
                       ")");
  }
  return instant_of(TS_TST_INFO_get_time(TS_RESP_get_tst_info(parsed.get())));
}

}  // namespace safeconduct::seal
