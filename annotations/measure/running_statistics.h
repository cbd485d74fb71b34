#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

namespace annotations::detail {

/// Values seen one after another, or in parts that are joined (Chan, Golub, LeVeque 1983): no digits are lost where the
/// mean is large and the deviation small.
struct RunningStatistics
{
    std::size_t count = 0;
    double mean = 0;
    double squares = 0; ///< Sum of squared distances from the mean.
    double minimum = std::numeric_limits<double>::infinity();
    double maximum = -std::numeric_limits<double>::infinity();

    void take(double value)
    {
        ++count;
        const double step = value - mean;
        mean += step / static_cast<double>(count);
        squares += step * (value - mean);
        minimum = std::min(minimum, value);
        maximum = std::max(maximum, value);
    }

    void join(const RunningStatistics& other)
    {
        if (other.count == 0)
            return;
        const auto total = static_cast<double>(count + other.count);
        const double step = other.mean - mean;
        squares += other.squares
            + step * step * static_cast<double>(count) * static_cast<double>(other.count) / total;
        mean += step * static_cast<double>(other.count) / total;
        count += other.count;
        minimum = std::min(minimum, other.minimum);
        maximum = std::max(maximum, other.maximum);
    }

    /// Of the values themselves, not of a sample; at least one was taken.
    double deviation() const { return std::sqrt(std::max(squares, 0.0) / static_cast<double>(count)); }
};

} // namespace annotations::detail
