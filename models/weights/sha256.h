#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

struct evp_md_ctx_st; // OpenSSL's EVP_MD_CTX

namespace models::weights {

/// SHA-256 (FIPS 180-4) of bytes that arrive in parts, by OpenSSL. Throws Error(Internal) where OpenSSL cannot.
class Sha256
{
public:
    Sha256();

    void update(std::span<const std::byte> bytes);

    /// The digest as 64 lower-case hexadecimal digits. The object must not be used afterwards.
    std::string hexDigest();

private:
    struct Free
    {
        void operator()(evp_md_ctx_st* context) const;
    };

    std::unique_ptr<evp_md_ctx_st, Free> m_context;
};

/// Digest of a file's content. Throws Error(Io) when it cannot be read.
std::string sha256OfFile(const std::filesystem::path& file);

} // namespace models::weights
