#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace models::text {

/// Tokens and their ids, both ways. Larger ids than any vocabulary has are refused, so that a hostile file cannot ask
/// for memory.
class Vocabulary
{
public:
    /// Of two tokens with one id the later one is decoded; both are found. Throws Error(Model), which names `file`, for
    /// an id below 0 or above 4,194,303.
    void add(std::string_view token, std::int64_t id, const std::filesystem::path& file);

    std::int64_t find(std::string_view token) const; ///< -1: none
    std::string_view token(std::int64_t id) const; ///< Empty: none
    std::size_t size() const { return m_tokens.size(); } ///< One more than the largest id.

private:
    struct Hash
    {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };

    std::unordered_map<std::string, std::int64_t, Hash, std::equal_to<>> m_ids;
    std::vector<std::string> m_tokens;
};

} // namespace models::text
