#include "annotations/measure/plane_areas.h"

#include <algorithm>
#include <numeric>

namespace annotations {

namespace {

/// Sets of runs that touch each other: a forest whose roots are the lowest run of each.
class RunForest
{
public:
    explicit RunForest(std::size_t runs)
        : m_parents(runs)
    {
        std::iota(m_parents.begin(), m_parents.end(), std::size_t{0});
    }

    std::size_t rootOf(std::size_t run)
    {
        while (m_parents[run] != run) {
            m_parents[run] = m_parents[m_parents[run]];
            run = m_parents[run];
        }
        return run;
    }

    void join(std::size_t a, std::size_t b)
    {
        const auto [low, high] = std::minmax({rootOf(a), rootOf(b)});
        m_parents[high] = low;
    }

private:
    std::vector<std::size_t> m_parents;
};

void joinNeighbours(const std::vector<RowRun>& runs, int reach, RunForest& forest)
{
    std::size_t above = 0; // The first run that may touch the present one from the row before.
    for (std::size_t at = 0; at < runs.size(); ++at) {
        const RowRun& run = runs[at];
        while (runs[above].row < run.row - 1 || (runs[above].row == run.row - 1 && runs[above].last + reach < run.first))
            ++above;
        for (std::size_t other = above; runs[other].row == run.row - 1 && runs[other].first <= run.last + reach; ++other)
            forest.join(other, at);
    }
}

} // namespace

std::map<std::uint16_t, std::vector<RowRun>> runsOf(std::span<const std::uint16_t> plane, int columns)
{
    std::map<std::uint16_t, std::vector<RowRun>> runs;
    const auto width = static_cast<std::size_t>(std::max(columns, 1));
    for (std::size_t start = 0; start + width <= plane.size(); start += width) {
        const auto row = plane.subspan(start, width);
        for (std::size_t begin = 0, end = 0; begin < width; begin = end) {
            const std::uint16_t value = row[begin];
            for (end = begin + 1; end < width && row[end] == value;)
                ++end;
            if (value != 0)
                runs[value].push_back(
                    {static_cast<int>(start / width), static_cast<int>(begin), static_cast<int>(end) - 1, 0});
        }
    }
    return runs;
}

int connectRuns(std::vector<RowRun>& runs, Neighbours neighbours)
{
    RunForest forest(runs.size());
    joinNeighbours(runs, neighbours == Neighbours::EdgesAndCorners ? 1 : 0, forest);
    int areas = 0;
    for (std::size_t at = 0; at < runs.size(); ++at) {
        const std::size_t root = forest.rootOf(at);
        runs[at].area = root == at ? areas++ : runs[root].area; // A root comes before all others of its area.
    }
    return areas;
}

} // namespace annotations
