#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace annotations {

/// What a word or phrase of a report is to its reader.
enum class Kind {
    Word, ///< Nothing that the reader knows.
    Finding, ///< Value: a Concept.
    Side, ///< Value: 1 left, 2 right, 3 both.
    Zone, ///< Value: zone bits.
    ZoneNoun, ///< "lobe"; value 2: plural.
    Lung, ///< Value 2: plural.
    Region, ///< "perihilar": part of a place, no zone.
    Direction, ///< "medial": part of a place, says nothing.
    Whole,
    Chest, ///< The picture or all that is in it.
    Anatomy, ///< "heart border": takes the side before it.
    Number,
    AreaNoun,
    Extent,
    Preposition,
    Article,
    And,
    Or,
    Comma,
    Colon,
    With,
    But,
    There, ///< "there is"
    Verb,
    Compare, ///< "greater than", between sides.
    Emphasis, ///< "most marked"
    Except, ///< "sparing"
    Otherwise, ///< "the rest of", "otherwise"
    Apart, ///< "apart from"
    Clear,
    Deny,
    DenyEither, ///< "ruled out": what stands before it, or after.
    Possible, ///< What stands after it, or else before.
    Link, ///< "consistent with"
    History,
    Resolve,
    Person,
    Question,
    Persist, ///< "unchanged", "partial"
    Study, ///< "prior exam"
    Pronoun,
    Now,
    Answer, ///< "yes", "+"
    Each, ///< "respectively"
    OtherSide, ///< "contralateral"; value 2: the same side again. A Side where one was named before.
    Heading, ///< Value 1: of findings, 2: of what was asked.
};

/// Zone bits and what the word implies.
enum ZoneBits {
    kUpper = 1,
    kMiddle = 2,
    kLower = 4,
    kZones = 7,
    kNounless = 8, ///< "base": a place without "zone" behind it.
    kPluralZone = 16, ///< "bases"
    kLeftOnly = 32, ///< The lingula.
    kWhole = 64, ///< "all zones"
};

/// A phrase of a report.
struct Item
{
    Kind kind = Kind::Word;
    int value = 0;
    std::string word; ///< Lower case; abbreviations written out.
    std::size_t begin = 0; ///< Bytes of the text.
    std::size_t end = 0;
    bool missing = false; ///< A finding of which the word itself says that it is not there: "non-consolidated".
};

/// A phrase of the lexicon: words with blanks between; the last may end with "*" for any ending.
struct Phrase
{
    std::string_view words;
    Kind kind = Kind::Word;
    int value = 0;
};

std::span<const Phrase> englishPhrases();
std::span<const Phrase> germanPhrases();
std::span<const Phrase> chinesePhrases();

enum class Language { English, German, Chinese, Other };

Language languageOf(std::string_view text);

/// The sentences of a text as phrases; a sentence has at least one. Empty for Language::Other. `ownFinding`: words in
/// lower case that are a finding too, where the lexicon does not have them.
std::vector<std::vector<Item>> sentencesOf(
    std::string_view text, Language language, std::string_view ownFinding = {});

} // namespace annotations
