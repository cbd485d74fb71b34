#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace models::text {

/// A token that is looked for in the text as it is written, before anything else is done to it: "</s>", "[DEC]".
struct AddedToken
{
    std::string text;
    std::int64_t id = 0;
    bool special = true; ///< Left out by decode.
    bool takesSpaceBefore = false;
    bool takesSpaceBehind = false;
};

/// A stretch of a text: plain, or one added token.
struct Stretch
{
    std::string_view text;
    std::int64_t id = -1; ///< -1: plain
};

class AddedTokens
{
public:
    void add(AddedToken token); ///< One without text is left out.
    std::vector<Stretch> split(std::string_view text) const; ///< The leftmost first, of several there the longest.
    bool isSpecial(std::int64_t id) const { return m_special.contains(id); }
    std::int64_t find(std::string_view token) const; ///< -1: none
    const std::string* token(std::int64_t id) const; ///< Null: none
    std::size_t size() const; ///< One more than the largest id; 0: none.

private:
    const AddedToken* at(std::string_view text) const;

    std::unordered_map<std::string, AddedToken> m_tokens;
    std::map<std::int64_t, std::string> m_byId;
    std::unordered_set<std::int64_t> m_special;
    std::set<std::size_t, std::greater<>> m_lengths;
    std::set<char> m_firsts;
};

} // namespace models::text
