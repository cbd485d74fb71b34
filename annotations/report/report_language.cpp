#include "annotations/report/german_compounds.h"
#include "annotations/report/report_items.h"
#include "annotations/report/report_lexicon.h"
#include "annotations/report/report_words.h"
#include "annotations/report/sentence_cutter.h"

#include <algorithm>
#include <array>

namespace annotations {

namespace {

bool isHan(char32_t code)
{
    return code >= 0x4e00 && code <= 0x9fff;
}

/// Letters of a script that no table has: Greek, Cyrillic, Hebrew, Arabic, Indian, Thai, kana, Hangul ...
bool isOtherScript(char32_t code)
{
    return (code >= 0x370 && code <= 0x1fff && code != 0x1e9e) || (code >= 0x3040 && code <= 0x30ff)
        || (code >= 0xac00 && code <= 0xd7ff);
}

/// Words that English and German reports do not have.
bool isOthersWord(std::string_view word)
{
    constexpr auto kWords = std::to_array<std::string_view>(
        {"du", "des", "de", "la", "le", "les", "el", "los", "las", "del", "della", "dello", "nel", "nella", "il", "gli",
            "al", "en", "dans", "avec", "sans", "pas", "et", "au", "aux", "une", "un", "una", "uno", "con", "sin", "y",
            "e", "o", "sem", "com", "da", "do", "dos", "das", "no", "na", "gauche", "droit", "droite", "poumon", "lobe",
            "izquierdo", "izquierda", "derecho", "derecha", "pulmonar", "sinistro", "sinistra", "destro", "destra",
            "polmone", "esquerdo", "esquerda", "direito", "direita", "het", "een", "van", "geen", "linker", "rechter",
            "onderkwab", "longontsteking", "och", "ingen", "til", "og", "ikke", "lunga", "og", "w", "sol", "akciger",
            "alt", "bez", "lewy", "prawy", "plucu", "pneumopathie", "foyer", "basale", "neumonia", "polmonite"});
    return std::find(kWords.begin(), kWords.end(), word) != kWords.end();
}

struct LatinWords
{
    int english = 0;
    int german = 0;
    int others = 0;
};

LatinWords countWords(std::string_view text)
{
    LatinWords count;
    constexpr auto kNotTelling = std::to_array<std::string_view>({"lobe", "no", "do", "des", "das", "e", "o", "y"});
    for (const auto& sentence : cutSentences(text))
        for (const auto& token : sentence) {
            if (token.word.size() == 1 && !isWordByte(token.word[0]))
                continue;
            const bool ascii = std::all_of(
                token.word.begin(), token.word.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
            const bool compound = splitCompound(token).size() > 1; // Only German has them.
            const bool known = germanLexicon().knows(token) || compound;
            count.german += known + compound;
            count.english += ascii && englishLexicon().knows(token);
            const bool weak = std::find(kNotTelling.begin(), kNotTelling.end(), token.word) != kNotTelling.end();
            count.others += (isOthersWord(token.word) && !weak) || (!ascii && !known);
        }
    return count;
}

} // namespace

Language languageOf(std::string_view text)
{
    bool han = false;
    for (std::size_t at = 0; at < text.size();) {
        const auto [code, bytes] = codePoint(text, at);
        if (isOtherScript(code))
            return Language::Other;
        han = han || isHan(code);
        at += bytes;
    }
    if (han)
        return Language::Chinese;
    const auto count = countWords(text);
    if (count.others > 0 && count.others >= std::max(count.english, count.german))
        return Language::Other;
    return count.german > count.english ? Language::German : Language::English;
}

} // namespace annotations
