#include "models/text/tokenizer.h"

#include <algorithm>
#include <limits>

namespace models::text {

EncodedText Tokenizer::encode(std::string_view text, std::size_t maxIds, CutSide side) const
{
    auto ids = pieces(text);
    const auto around = m_frame.before.size() + m_frame.after.size();
    const auto room = maxIds == 0 ? std::numeric_limits<std::size_t>::max() : maxIds > around ? maxIds - around : 0;
    EncodedText result;
    result.cut = ids.size() > room;
    if (result.cut) {
        const auto most = static_cast<std::ptrdiff_t>(room);
        if (side == CutSide::End)
            ids.erase(ids.begin() + most, ids.end());
        else
            ids.erase(ids.begin(), ids.end() - most);
    }
    result.ids = m_frame.before;
    result.ids.insert(result.ids.end(), ids.begin(), ids.end());
    result.ids.insert(result.ids.end(), m_frame.after.begin(), m_frame.after.end());
    result.length = result.ids.size();
    return result;
}

EncodedText Tokenizer::encodePadded(std::string_view text, std::size_t length, CutSide side) const
{
    auto result = encode(text, length, side);
    result.ids.resize(length, m_frame.pad);
    result.length = std::min(result.length, length);
    return result;
}

} // namespace models::text
