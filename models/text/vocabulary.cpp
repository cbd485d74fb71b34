#include "models/text/vocabulary.h"

#include "imaging/error.h"

namespace models::text {

void Vocabulary::add(std::string_view token, std::int64_t id, const std::filesystem::path& file)
{
    constexpr std::int64_t kLargest = (1 << 22) - 1;
    if (id < 0 || id > kLargest)
        throw imaging::Error(imaging::ErrorKind::Model,
            "The vocabulary " + file.string() + " cannot be used: it gives a token the id " + std::to_string(id)
                + ". Copy the file from the model's folder again.",
            file.string());
    m_ids.insert_or_assign(std::string(token), id);
    if (m_tokens.size() <= static_cast<std::size_t>(id))
        m_tokens.resize(static_cast<std::size_t>(id) + 1);
    m_tokens[static_cast<std::size_t>(id)] = token;
}

std::int64_t Vocabulary::find(std::string_view token) const
{
    const auto found = m_ids.find(token);
    return found == m_ids.end() ? -1 : found->second;
}

std::string_view Vocabulary::token(std::int64_t id) const
{
    return id >= 0 && static_cast<std::size_t>(id) < m_tokens.size() ? m_tokens[static_cast<std::size_t>(id)]
                                                                     : std::string_view();
}

} // namespace models::text
