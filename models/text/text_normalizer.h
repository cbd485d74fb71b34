#pragma once

#include "models/text/charsmap.h"
#include "models/text/unicode_text.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// What a tokenizer.json may ask to be done to a text before it is split ("normalizer").
namespace models::text {

struct ReplaceText
{
    std::string from;
    std::string to;
};

/// The regular expressions " {2,}" and "\s+" are the ones that published files use.
struct ReplaceRuns
{
    bool anyWhiteSpace = false; ///< Else only spaces, two or more.
    std::string to;
};

struct PrependText
{
    std::string text;
};

struct StripSpace
{
    bool left = false;
    bool right = false;
};

struct LowerCase
{
};

using NormalizerStep = std::variant<Charsmap, ReplaceText, ReplaceRuns, PrependText, StripSpace, LowerCase, NormalForm>;

std::string normalizedText(std::string_view text, const std::vector<NormalizerStep>& steps);

} // namespace models::text
