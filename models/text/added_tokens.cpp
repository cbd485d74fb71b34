#include "models/text/added_tokens.h"

#include <utility>

namespace models::text {

namespace {

constexpr std::string_view kBlanks = " \t\r\n";

std::string_view withoutEnd(std::string_view text)
{
    const auto last = text.find_last_not_of(kBlanks);
    return text.substr(0, last == std::string_view::npos ? 0 : last + 1);
}

} // namespace

void AddedTokens::add(AddedToken token)
{
    if (token.text.empty())
        return;
    m_lengths.insert(token.text.size());
    m_firsts.insert(token.text.front());
    m_byId[token.id] = token.text;
    if (token.special)
        m_special.insert(token.id);
    const auto text = token.text;
    m_tokens.insert_or_assign(text, std::move(token));
}

const AddedToken* AddedTokens::at(std::string_view text) const
{
    if (!m_firsts.contains(text.front()))
        return nullptr;
    for (const auto length : m_lengths) {
        if (length > text.size())
            continue;
        const auto found = m_tokens.find(std::string(text.substr(0, length)));
        if (found != m_tokens.end())
            return &found->second;
    }
    return nullptr;
}

std::vector<Stretch> AddedTokens::split(std::string_view text) const
{
    std::vector<Stretch> result;
    std::size_t plain = 0;
    for (std::size_t i = 0; i < text.size();) {
        const auto* found = at(text.substr(i));
        if (!found) {
            ++i;
            continue;
        }
        auto before = text.substr(plain, i - plain);
        if (found->takesSpaceBefore)
            before = withoutEnd(before);
        if (!before.empty())
            result.push_back({before, -1});
        result.push_back({text.substr(i, found->text.size()), found->id});
        i += found->text.size();
        if (found->takesSpaceBehind)
            i = std::min(text.find_first_not_of(kBlanks, i), text.size());
        plain = i;
    }
    if (plain < text.size())
        result.push_back({text.substr(plain), -1});
    return result;
}

std::int64_t AddedTokens::find(std::string_view token) const
{
    const auto found = m_tokens.find(std::string(token));
    return found == m_tokens.end() ? -1 : found->second.id;
}

const std::string* AddedTokens::token(std::int64_t id) const
{
    const auto found = m_byId.find(id);
    return found == m_byId.end() ? nullptr : &found->second;
}

std::size_t AddedTokens::size() const
{
    return m_byId.empty() ? 0 : static_cast<std::size_t>(m_byId.rbegin()->first) + 1;
}

} // namespace models::text
