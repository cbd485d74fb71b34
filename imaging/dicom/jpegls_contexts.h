#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace imaging::detail {

/// What regular mode has learned about each of its contexts (ITU-T T.87 A.2.1, A.5.1, A.6). Contexts are numbered
/// -364 .. 364 by their gradients; mirrored ones share their statistics, with the other sign.
///
/// Decoding waits for a sample, its context and the Golomb parameter in turn, so the parameter is worked out when the
/// statistics change, and jumps that a processor cannot foresee are left out.
class JpegLsContexts
{
public:
    /// RESET and 2 NEAR + 1 of the scan.
    JpegLsContexts(int reset, int step)
        : m_reset(reset)
        , m_step(step)
        , m_reciprocals(static_cast<std::size_t>(reset) + 1)
    {
        for (std::size_t n = 1; n < m_reciprocals.size(); ++n)
            m_reciprocals[n] = (std::uint64_t{1} << kReciprocalBits) / n + 1;
    }

    /// Forgets everything; `a` is the first sum of errors.
    void restart(std::int32_t a)
    {
        m_contexts.fill({a, 0, 0, 1});
        m_golombParameters.fill(golombParameter(a, 1));
    }

    int golombParameter(std::ptrdiff_t q) const { return m_golombParameters[static_cast<std::size_t>(q + kLast)]; }

    /// Smallest k with n << k >= a, which is the width of (a - 1) / n in bits. n is 1 .. RESET, a at most n times 2^16.
    int golombParameter(std::int32_t a, std::int32_t n) const
    {
        const auto below = static_cast<std::uint64_t>(a - (a != 0 ? 1 : 0));
        const std::uint64_t quotient = below * m_reciprocals[static_cast<std::size_t>(n)] >> kReciprocalBits;
        return std::countl_zero(static_cast<std::uint32_t>(2 * quotient + 1)) ^ 31;
    }

    /// The bias that was found, to be added to a prediction.
    std::int32_t correction(std::ptrdiff_t q) const
    {
        const auto sign = static_cast<std::int32_t>(q >> 63);
        return (m_contexts[sideless(q)].c ^ sign) - sign;
    }

    /// T.87 A.5.2: whether lossless codes of a context with k = 0 stand for the inverted error.
    bool invertsErrors(std::ptrdiff_t q) const
    {
        const Context& context = m_contexts[sideless(q)];
        return 2 * context.b <= -context.n;
    }

    /// T.87 A.6, with the error as it was coded, without the context's sign.
    template <bool Lossless> [[gnu::always_inline]] void update(std::ptrdiff_t q, std::int32_t error)
    {
        Context& context = m_contexts[sideless(q)];
        std::int32_t a = context.a + std::abs(error);
        std::int32_t b = context.b + (Lossless ? error : error * m_step);
        std::int32_t n = context.n;
        if (n == m_reset) [[unlikely]] {
            a >>= 1;
            b >>= 1;
            n >>= 1;
        }
        ++n;
        // B is kept in -N < B <= 0, and C goes one down or up when it was outside.
        const std::int32_t step = (-b >> 31) - ((b + n - 1) >> 31);
        b += step * n;
        b = b > 1 - n ? b : 1 - n;
        context.b = b < 0 ? b : 0;
        const std::int32_t c = context.c - step;
        if (c == static_cast<std::int8_t>(c)) [[likely]]
            context.c = static_cast<std::int16_t>(c);
        context.a = a;
        context.n = static_cast<std::int16_t>(n);
        const int k = golombParameter(a, n);
        m_golombParameters[static_cast<std::size_t>(kLast + q)] = k;
        m_golombParameters[static_cast<std::size_t>(kLast - q)] = k;
    }

private:
    struct Context
    {
        std::int32_t a; ///< Sum of the errors' sizes.
        std::int32_t b; ///< Sum of the errors, less what C has taken up.
        std::int16_t c; ///< The bias.
        std::int16_t n; ///< How many there were.
    };

    static constexpr std::ptrdiff_t kLast = 364;
    /// Exact for the numerators and denominators that occur: 2^28 and 2^12 at most.
    static constexpr unsigned kReciprocalBits = 44;

    static std::size_t sideless(std::ptrdiff_t q)
    {
        const std::ptrdiff_t sign = q >> 63;
        return static_cast<std::size_t>((q ^ sign) - sign);
    }

    int m_reset;
    int m_step;
    std::vector<std::uint64_t> m_reciprocals; ///< For 1 .. RESET.
    std::array<Context, kLast + 1> m_contexts;
    std::array<std::int32_t, 2 * kLast + 1> m_golombParameters; ///< Twice, so that no sign has to be taken off first.
};

} // namespace imaging::detail
