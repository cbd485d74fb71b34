#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace annotations {

/// Which zones of one lung are involved, on the PATIENT's side.
struct LungZones
{
    bool involved = false; ///< True without a zone: "left lung", nothing closer is known.
    bool upper = false;
    bool middle = false;
    bool lower = false;
    /// With all three: written "upper middle lower left lung" instead of "all left lung". LViT's texts have both.
    bool listed = false;

    bool all() const { return upper && middle && lower; }
    bool any() const { return upper || middle || lower; }

    friend bool operator==(const LungZones&, const LungZones&) = default;
};

/// More zones of a lung.
void addZones(LungZones& lung, const LungZones& zones);

enum class Extent { NotStated, Mild, Moderate, Severe };

/// The structured part of a report: what the text panel shows as fields. Sides are the patient's; a caller whose model
/// wants the picture's sides converts the sentence with imaging::swapSideWords.
struct ReportFields
{
    std::string finding = "pulmonary infection"; ///< Empty: only the free text is written.
    LungZones left;
    LungZones right;
    int areas = 0; ///< Number of separate areas; 0: not stated.
    Extent extent = Extent::NotStated;
    std::string freeText; ///< Follows the structured sentence unchanged.

    friend bool operator==(const ReportFields&, const ReportFields&) = default;
};

/// The findings offered by default; any text without comma, full stop or line break works too.
std::vector<std::string> knownFindings();

/// The same fields without contradictions: zones only on involved sides, `listed` only with all three, a finding in
/// lower case without punctuation and side words, at most 99 areas, free text trimmed. A finding that is negated ("no
/// infection") becomes free text.
ReportFields normalized(ReportFields fields);

/// The sentence in the wording of LViT's training texts:
/// "bilateral pulmonary infection, two infected areas, all left lung and middle lower right lung."
/// Free text follows after a blank. Fields are normalized first.
std::string sentence(const ReportFields& fields);

/// The same for people: "Bilateral pulmonary infection with two infected areas, in the whole left lung and in the
/// middle and lower zones of the right lung."
std::string plainSentence(const ReportFields& fields);

/// The fields of a text that begins with a sentence in one of the two wordings; nothing for any other text, which
/// readReport() reads. For all fields f with a finding: fieldsOfOwnWording(sentence(f)) == normalized(f), likewise for
/// plainSentence, unless the free text itself begins with such a sentence.
std::optional<ReportFields> fieldsOfOwnWording(std::string_view text);

} // namespace annotations
