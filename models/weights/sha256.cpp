#include "models/weights/sha256.h"

#include "imaging/error.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <fstream>
#include <vector>

namespace models {

namespace {

// FIPS 180-4, 4.2.2: the fractional parts of the cube roots of the first 64 primes.
constexpr std::array<std::uint32_t, 64> kRound{0x428a2f98U, 0x71374491U, 0xb5c0fbcfU, 0xe9b5dba5U, 0x3956c25bU,
    0x59f111f1U, 0x923f82a4U, 0xab1c5ed5U, 0xd807aa98U, 0x12835b01U, 0x243185beU, 0x550c7dc3U, 0x72be5d74U, 0x80deb1feU,
    0x9bdc06a7U, 0xc19bf174U, 0xe49b69c1U, 0xefbe4786U, 0x0fc19dc6U, 0x240ca1ccU, 0x2de92c6fU, 0x4a7484aaU, 0x5cb0a9dcU,
    0x76f988daU, 0x983e5152U, 0xa831c66dU, 0xb00327c8U, 0xbf597fc7U, 0xc6e00bf3U, 0xd5a79147U, 0x06ca6351U, 0x14292967U,
    0x27b70a85U, 0x2e1b2138U, 0x4d2c6dfcU, 0x53380d13U, 0x650a7354U, 0x766a0abbU, 0x81c2c92eU, 0x92722c85U, 0xa2bfe8a1U,
    0xa81a664bU, 0xc24b8b70U, 0xc76c51a3U, 0xd192e819U, 0xd6990624U, 0xf40e3585U, 0x106aa070U, 0x19a4c116U, 0x1e376c08U,
    0x2748774cU, 0x34b0bcb5U, 0x391c0cb3U, 0x4ed8aa4aU, 0x5b9cca4fU, 0x682e6ff3U, 0x748f82eeU, 0x78a5636fU, 0x84c87814U,
    0x8cc70208U, 0x90befffaU, 0xa4506cebU, 0xbef9a3f7U, 0xc67178f2U};

std::array<std::uint32_t, 64> schedule(const std::byte* bytes)
{
    std::array<std::uint32_t, 64> words{};
    for (std::size_t i = 0; i < 16; ++i)
        for (std::size_t j = 0; j < 4; ++j)
            words[i] = (words[i] << 8) | std::to_integer<std::uint32_t>(bytes[4 * i + j]);
    for (std::size_t i = 16; i < 64; ++i) {
        const auto first = std::rotr(words[i - 15], 7) ^ std::rotr(words[i - 15], 18) ^ (words[i - 15] >> 3);
        const auto second = std::rotr(words[i - 2], 17) ^ std::rotr(words[i - 2], 19) ^ (words[i - 2] >> 10);
        words[i] = words[i - 16] + first + words[i - 7] + second;
    }
    return words;
}

} // namespace

void Sha256::block(const std::byte* bytes)
{
    const auto words = schedule(bytes);
    auto [a, b, c, d, e, f, g, h] = m_state;
    for (std::size_t i = 0; i < 64; ++i) {
        const auto choice = (e & f) ^ (~e & g);
        const auto majority = (a & b) ^ (a & c) ^ (b & c);
        const auto first = h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) + choice + kRound[i] + words[i];
        const auto second = (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + majority;
        h = g;
        g = f;
        f = e;
        e = d + first;
        d = c;
        c = b;
        b = a;
        a = first + second;
    }
    const std::array<std::uint32_t, 8> change{a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < m_state.size(); ++i)
        m_state[i] += change[i];
}

void Sha256::update(std::span<const std::byte> bytes)
{
    std::size_t filled = m_length % m_buffer.size();
    m_length += bytes.size();
    while (!bytes.empty()) {
        const auto count = std::min(m_buffer.size() - filled, bytes.size());
        std::memcpy(m_buffer.data() + filled, bytes.data(), count);
        bytes = bytes.subspan(count);
        filled += count;
        if (filled == m_buffer.size()) {
            block(m_buffer.data());
            filled = 0;
        }
    }
}

std::string Sha256::hexDigest()
{
    const auto bits = m_length * 8;
    const std::size_t filled = m_length % m_buffer.size();
    std::vector<std::byte> padding((filled < 56 ? 64 : 128) - filled);
    padding.front() = std::byte{0x80};
    for (std::size_t i = 0; i < 8; ++i)
        padding[padding.size() - 1 - i] = static_cast<std::byte>(bits >> (8 * i));
    update(padding);
    std::string text;
    for (const auto word : m_state)
        for (int shift = 28; shift >= 0; shift -= 4)
            text += "0123456789abcdef"[(word >> shift) & 0xfU];
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

} // namespace models
