#include "models/text/siglip_tokenizer.h"

#include "imaging/error.h"
#include "models/text/unicode_text.h"

namespace models::text {

namespace {

/// Python's string.punctuation.
bool isAsciiPunctuation(char32_t c)
{
    return (c >= U'!' && c <= U'/') || (c >= U':' && c <= U'@') || (c >= U'[' && c <= U'`') || (c >= U'{' && c <= U'~');
}

} // namespace

std::string cleanedForSiglip(std::string_view text)
{
    std::u32string clean;
    for (const auto c : lowered(codePoints(text))) {
        if (isAsciiPunctuation(c))
            continue;
        if (!isWhiteSpace(c))
            clean += c;
        else if (!clean.empty() && clean.back() != U' ')
            clean += U' ';
    }
    if (!clean.empty() && clean.back() == U' ')
        clean.pop_back();
    return utf8(clean);
}

SiglipTokenizer::SiglipTokenizer(const std::filesystem::path& file)
    : SentencePieceTokenizer(file, {}, ExtraIds::None)
{
    if (m_frame.after.empty())
        throw imaging::Error(imaging::ErrorKind::Model,
            "The vocabulary " + file.string()
                + " is not SigLIP's: it has no end token \"</s>\", or one that begins texts. Copy spiece.model from "
                  "the "
                  "model's folder.",
            file.string());
    m_frame.pad = m_frame.after.front();
}

TokenIds SiglipTokenizer::pieces(std::string_view text) const
{
    return SentencePieceTokenizer::pieces(cleanedForSiglip(text));
}

} // namespace models::text
