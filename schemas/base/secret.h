// Secret bytes: wiped on destruction, not copyable by accident, without any way to print them.
#pragma once

#include <algorithm>
#include <cstddef>

#include "schemas/base/bytes.h"

namespace safeconduct {

// Overwrites memory in a way that the optimiser must keep.
void wipe(void* memory, std::size_t size);

template <std::size_t N>
class SecretKey {
 public:
  SecretKey() = default;
  explicit SecretKey(const ByteArray<N>& bytes) : bytes_(bytes) {}
  ~SecretKey() { wipe(bytes_.data(), N); }
  SecretKey(SecretKey&& other) noexcept : bytes_(other.bytes_) { wipe(other.bytes_.data(), N); }
  SecretKey& operator=(SecretKey&& other) noexcept {
    if (this != &other) {
      bytes_ = other.bytes_;
      wipe(other.bytes_.data(), N);
    }
    return *this;
  }
  SecretKey(const SecretKey&) = delete;
  SecretKey& operator=(const SecretKey&) = delete;

  [[nodiscard]] SecretKey clone() const { return SecretKey(bytes_); }
  // The only way to the bytes; easy to find in a review.
  [[nodiscard]] ByteView expose() const { return bytes_; }
  [[nodiscard]] ByteArray<N>& expose_mutable() { return bytes_; }

 private:
  ByteArray<N> bytes_{};
};

// A secret of any length (a plaintext on its way to or from sealing).
class SecretBytes {
 public:
  SecretBytes() = default;
  explicit SecretBytes(Bytes bytes) : bytes_(std::move(bytes)) {}
  ~SecretBytes() { wipe(bytes_.data(), bytes_.size()); }
  SecretBytes(SecretBytes&&) noexcept = default;
  SecretBytes& operator=(SecretBytes&& other) noexcept {
    if (this != &other) {
      wipe(bytes_.data(), bytes_.size());
      bytes_ = std::move(other.bytes_);
    }
    return *this;
  }
  SecretBytes(const SecretBytes&) = delete;
  SecretBytes& operator=(const SecretBytes&) = delete;

  [[nodiscard]] SecretBytes clone() const { return SecretBytes(bytes_); }
  [[nodiscard]] ByteView expose() const { return bytes_; }
  [[nodiscard]] Bytes& expose_mutable() { return bytes_; }
  [[nodiscard]] std::size_t size() const { return bytes_.size(); }

 private:
  Bytes bytes_;
};

}  // namespace safeconduct
