#include "models/weights/sha256.h"

#include "imaging/error.h"

#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <vector>

namespace models::weights {

namespace {

void require(int succeeded)
{
    if (succeeded != 1)
        throw imaging::Error(imaging::ErrorKind::Internal, "OpenSSL cannot compute a SHA-256.");
}

} // namespace

void Sha256::Free::operator()(evp_md_ctx_st* context) const
{
    EVP_MD_CTX_free(context);
}

Sha256::Sha256()
    : m_context(EVP_MD_CTX_new())
{
    require(m_context ? EVP_DigestInit_ex(m_context.get(), EVP_sha256(), nullptr) : 0);
}

void Sha256::update(std::span<const std::byte> bytes)
{
    require(EVP_DigestUpdate(m_context.get(), bytes.data(), bytes.size()));
}

std::string Sha256::hexDigest()
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    require(EVP_DigestFinal_ex(m_context.get(), digest.data(), &length));
    std::string text;
    for (unsigned i = 0; i < length; ++i) {
        text += "0123456789abcdef"[digest[i] >> 4U];
        text += "0123456789abcdef"[digest[i] & 0xFU];
    }
    return text;
}

std::string sha256OfFile(const std::filesystem::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    Sha256 digest;
    std::vector<char> buffer(1 << 20);
    while (stream && (stream.read(buffer.data(), static_cast<std::streamsize>(buffer.size())) || stream.gcount() > 0))
        digest.update(std::as_bytes(std::span(buffer.data(), static_cast<std::size_t>(stream.gcount()))));
    if (!stream.eof())
        throw imaging::Error(
            imaging::ErrorKind::Io, "The file " + file.string() + " could not be read.", file.string());
    return digest.hexDigest();
}

} // namespace models::weights
