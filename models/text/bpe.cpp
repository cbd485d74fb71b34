#include "models/text/bpe.h"

#include "imaging/error.h"

#include <algorithm>
#include <fstream>
#include <queue>
#include <tuple>

namespace models::text {

namespace {

using imaging::Error;
using imaging::ErrorKind;

std::uint64_t keyOf(std::int64_t left, std::int64_t right)
{
    return static_cast<std::uint64_t>(left) << 32U | static_cast<std::uint64_t>(right);
}

/// A place where two neighbours may be merged: lowest rank first, then leftmost.
struct Candidate
{
    std::int32_t rank;
    std::size_t left;
    std::size_t right;
    std::int32_t id;
    std::uint64_t pair; ///< What stood there when it was found; another pair now: out of date.

    friend bool operator>(const Candidate& a, const Candidate& b)
    {
        return std::tie(a.rank, a.left) > std::tie(b.rank, b.left);
    }
};

} // namespace

Bpe::Bpe(Vocabulary vocabulary, const std::vector<Merge>& merges, const std::filesystem::path& file)
    : m_vocabulary(std::move(vocabulary))
{
    m_merges.reserve(merges.size());
    std::int32_t rank = 0;
    for (const auto& [left, right] : merges) {
        const auto from = keyOf(m_vocabulary.find(left), m_vocabulary.find(right));
        const auto to = m_vocabulary.find(left + right);
        if (m_vocabulary.find(left) < 0 || m_vocabulary.find(right) < 0 || to < 0)
            throw Error(ErrorKind::Model,
                "The merges in " + file.string() + " do not fit the vocabulary: it has no \"" + left + "\", \"" + right
                    + "\" or both together. Take both files from one model's folder.",
                file.string());
        m_merges.try_emplace(from, Merged{rank++, static_cast<std::int32_t>(to)});
    }
}

const Bpe::Merged* Bpe::find(std::int64_t left, std::int64_t right) const
{
    const auto found = m_merges.find(keyOf(left, right));
    return found == m_merges.end() ? nullptr : &found->second;
}

void Bpe::merge(std::vector<std::int64_t>& symbols) const
{
    constexpr std::size_t kShort = 24; // Looking at all pairs again costs less than a queue.
    if (symbols.size() <= kShort)
        mergeShort(symbols);
    else
        mergeLong(symbols);
}

void Bpe::mergeShort(std::vector<std::int64_t>& symbols) const
{
    while (symbols.size() > 1) {
        const Merged* best = nullptr;
        std::size_t place = 0;
        for (std::size_t i = 0; i + 1 < symbols.size(); ++i) {
            const auto* merged = find(symbols[i], symbols[i + 1]);
            if (merged && (!best || merged->rank < best->rank)) {
                best = merged;
                place = i;
            }
        }
        if (!best)
            return;
        symbols[place] = best->id;
        symbols.erase(symbols.begin() + static_cast<std::ptrdiff_t>(place) + 1);
    }
}

void Bpe::mergeLong(std::vector<std::int64_t>& symbols) const
{
    constexpr std::int64_t kGone = -1;
    const auto end = symbols.size();
    std::vector<std::size_t> next(end);
    std::vector<std::size_t> previous(end);
    std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> candidates;
    const auto consider = [&](std::size_t left, std::size_t right) {
        if (const auto* merged = find(symbols[left], symbols[right]))
            candidates.push({merged->rank, left, right, merged->id, keyOf(symbols[left], symbols[right])});
    };
    for (std::size_t i = 0; i < end; ++i) {
        next[i] = i + 1;
        previous[i] = i == 0 ? end : i - 1;
        if (i > 0)
            consider(i - 1, i);
    }
    while (!candidates.empty()) {
        const auto best = candidates.top();
        candidates.pop();
        if (symbols[best.left] == kGone || symbols[best.right] == kGone || next[best.left] != best.right
            || keyOf(symbols[best.left], symbols[best.right]) != best.pair)
            continue;
        symbols[best.left] = best.id;
        symbols[best.right] = kGone;
        next[best.left] = next[best.right];
        if (next[best.left] < end) {
            previous[next[best.left]] = best.left;
            consider(best.left, next[best.left]);
        }
        if (previous[best.left] < end)
            consider(previous[best.left], best.left);
    }
    std::erase(symbols, kGone);
}

Merge mergeOf(std::string_view line, const std::filesystem::path& file)
{
    const auto space = line.find(' ');
    if (space == std::string_view::npos || space == 0 || space + 1 == line.size()
        || line.find(' ', space + 1) != std::string_view::npos)
        throw Error(ErrorKind::Model,
            "The file " + file.string() + " has a merge that is no pair of tokens: \"" + std::string(line.substr(0, 80))
                + "\". Copy it from the model's folder again.",
            file.string());
    return {std::string(line.substr(0, space)), std::string(line.substr(space + 1))};
}

std::vector<Merge> readMerges(const std::filesystem::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    if (!stream)
        throw Error(ErrorKind::NotFound,
            "There is no " + file.string() + ": a vocabulary of byte pairs needs its merges beside it.", file.string());
    std::vector<Merge> merges;
    bool first = true;
    for (std::string line; std::getline(stream, line); first = false) {
        if (line.ends_with('\r'))
            line.pop_back();
        if (!line.empty() && !(first && line.starts_with("#version")))
            merges.push_back(mergeOf(line, file));
    }
    return merges;
}

} // namespace models::text
