#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace annotations {

/// A word of a text as it is compared: lower case, with the apostrophe that is typed; or one of "?", ".", ",", ";", ":" and
/// a line's end ("\n"). Other signs are none.
struct PlainWord
{
    std::string word;
    std::size_t begin = 0; ///< Its bytes of the text, from `begin` up to `end`.
    std::size_t end = 0;
};

/// What turns of phrase are found by, before a text is read. Takes time in proportion to the text.
std::vector<PlainWord> plainWordsOf(std::string_view text);

} // namespace annotations
