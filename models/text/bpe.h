#pragma once

#include "models/text/vocabulary.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace models::text {

/// Two tokens that become one; the order of a list of them is their rank.
using Merge = std::pair<std::string, std::string>;

/// Byte-pair encoding (Sennrich et al., ACL 2016): the pair of neighbours with the lowest rank is merged until none is
/// left.
class Bpe
{
public:
    /// Throws Error(Model), which names `file`, when a merge has a token that the vocabulary lacks.
    Bpe(Vocabulary vocabulary, const std::vector<Merge>& merges, const std::filesystem::path& file);

    /// Merges the symbols of one word in place; takes n log n steps for n symbols.
    void merge(std::vector<std::int64_t>& symbols) const;

    const Vocabulary& vocabulary() const { return m_vocabulary; }

private:
    struct Merged
    {
        std::int32_t rank = 0;
        std::int32_t id = 0;
    };

    const Merged* find(std::int64_t left, std::int64_t right) const;
    void mergeShort(std::vector<std::int64_t>& symbols) const;
    void mergeLong(std::vector<std::int64_t>& symbols) const;

    Vocabulary m_vocabulary;
    std::unordered_map<std::uint64_t, Merged> m_merges;
};

/// Reads merges.txt (a pair a line, a first line that begins with "#version" left out).
/// Throws Error(NotFound) without the file, Error(Model) for a line that is no pair.
std::vector<Merge> readMerges(const std::filesystem::path& file);

/// The pair of a line "left right". Throws Error(Model), which names `file`, for any other line.
Merge mergeOf(std::string_view line, const std::filesystem::path& file);

} // namespace models::text
