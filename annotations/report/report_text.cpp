#include "annotations/report/report_text.h"

#include "annotations/report/finding_words.h"
#include "annotations/report/report_words.h"

#include <algorithm>
#include <array>

namespace annotations {

namespace {

constexpr std::array<std::string_view, 4> kExtents{"", "mild", "moderate", "severe"};

std::string extentWord(Extent extent)
{
    return std::string(kExtents[static_cast<std::size_t>(extent)]);
}

std::vector<std::string> zoneWords(const LungZones& zones)
{
    std::vector<std::string> words;
    if (zones.upper)
        words.emplace_back("upper");
    if (zones.middle)
        words.emplace_back("middle");
    if (zones.lower)
        words.emplace_back("lower");
    return words;
}

/// "all left lung", "middle lower left lung", "left lung".
std::string lungPhrase(const LungZones& zones, const char* side)
{
    std::string text;
    if (zones.all() && !zones.listed) {
        text = "all ";
    } else {
        for (const std::string& word : zoneWords(zones))
            text += word + " ";
    }
    return text + side + " lung";
}

/// "in the whole left lung", "in the middle and lower zones of the left lung", "in the left lung".
std::string plainLungPhrase(const LungZones& zones, const char* side)
{
    const std::string lung = std::string(side) + " lung";
    if (!zones.any())
        return "in the " + lung;
    if (zones.all() && !zones.listed)
        return "in the whole " + lung;
    const std::vector<std::string> words = zoneWords(zones);
    return "in the " + listed(words) + (words.size() > 1 ? " zones" : " zone") + " of the " + lung;
}

std::string lungs(const ReportFields& fields, std::string (*phrase)(const LungZones&, const char*))
{
    const bool both = fields.left.involved && fields.right.involved;
    if (both && !fields.left.any() && !fields.right.any())
        return {}; // "bilateral" says it.
    std::string text;
    if (fields.left.involved)
        text = phrase(fields.left, "left");
    if (both)
        text += " and ";
    if (fields.right.involved)
        text += phrase(fields.right, "right");
    return text;
}

std::string areas(const ReportFields& fields)
{
    const bool infection = fields.finding.find("infection") != std::string::npos;
    return numberWord(fields.areas) + (infection ? " infected" : " affected")
        + (fields.areas == 1 ? " area" : " areas");
}

/// "bilateral pulmonary infection"
std::string head(const ReportFields& fields)
{
    if (fields.left.involved && fields.right.involved)
        return "bilateral " + fields.finding;
    return (fields.left.involved || fields.right.involved ? "unilateral " : "") + fields.finding;
}

std::string withFreeText(std::string text, const std::string& freeText)
{
    return freeText.empty() ? text : text + " " + freeText;
}

LungZones normalized(LungZones zones)
{
    if (!zones.involved)
        return {};
    zones.listed = zones.listed && zones.all();
    return zones;
}

} // namespace

void addZones(LungZones& lung, const LungZones& zones)
{
    const bool whole = (lung.all() && !lung.listed) || (zones.all() && !zones.listed);
    lung.upper = lung.upper || zones.upper;
    lung.middle = lung.middle || zones.middle;
    lung.lower = lung.lower || zones.lower;
    lung.listed = lung.all() && !whole;
}

std::vector<std::string> knownFindings()
{
    return {"pulmonary infection", "lung consolidation", "ground-glass opacity", "pleural effusion", "pulmonary nodule",
        "atelectasis", "pneumothorax", "pulmonary edema"};
}

ReportFields normalized(ReportFields fields)
{
    const auto words = cleanFinding(fields.finding);
    fields.finding = words.withZones;
    if (fields.finding.empty()) {
        ReportFields only;
        only.finding.clear();
        only.freeText = std::move(fields.freeText);
        return only;
    }
    fields.left = normalized(fields.left);
    fields.right = normalized(fields.right);
    if (words.zones && (fields.left.involved || fields.right.involved)) {
        fields.finding = words.finding;
        for (auto* lung : {&fields.left, &fields.right})
            if (lung->involved)
                addZones(*lung, *words.zones);
    }
    fields.areas = std::clamp(fields.areas, 0, 99);
    fields.freeText = std::string(trimmed(fields.freeText));
    const bool bare =
        !fields.left.involved && !fields.right.involved && fields.areas == 0 && fields.extent == Extent::NotStated;
    const auto known = knownFindings();
    const bool isOwn = bare && std::find(known.begin(), known.end(), fields.finding) == known.end();
    if (isOwn || isNegated(fields.finding)) {
        // A finding of the user's own with nothing else, or one that says what is not there, is free text to the
        // grammar.
        ReportFields only;
        only.finding.clear();
        only.freeText = withFreeText(fields.finding + ".", fields.freeText);
        return only;
    }
    return fields;
}

std::string sentence(const ReportFields& given)
{
    const ReportFields fields = normalized(given);
    if (fields.finding.empty())
        return fields.freeText;
    std::string text = head(fields);
    if (fields.areas > 0)
        text += ", " + areas(fields);
    if (const std::string where = lungs(fields, lungPhrase); !where.empty())
        text += ", " + where;
    if (fields.extent != Extent::NotStated)
        text += ", " + extentWord(fields.extent) + " extent";
    return withFreeText(text + ".", fields.freeText);
}

std::string plainSentence(const ReportFields& given)
{
    const ReportFields fields = normalized(given);
    if (fields.finding.empty())
        return fields.freeText;
    std::string text = head(fields);
    if (text[0] >= 'a' && text[0] <= 'z')
        text[0] = static_cast<char>(text[0] - 'a' + 'A');
    if (fields.extent != Extent::NotStated)
        text += " of " + extentWord(fields.extent) + " extent";
    if (fields.areas > 0)
        text += " with " + areas(fields);
    if (const std::string where = lungs(fields, plainLungPhrase); !where.empty())
        text += " " + where;
    return withFreeText(text + ".", fields.freeText);
}

} // namespace annotations
