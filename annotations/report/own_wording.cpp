#include "annotations/report/report_text.h"
#include "annotations/report/report_words.h"

#include <array>
#include <optional>
#include <vector>

namespace annotations {

namespace {

using std::string_view;

bool takeFront(string_view& text, string_view words)
{
    if (!text.starts_with(words))
        return false;
    text.remove_prefix(words.size());
    return true;
}

bool takeBack(string_view& text, string_view words)
{
    if (!text.ends_with(words))
        return false;
    text.remove_suffix(words.size());
    return true;
}

/// The words behind the last `joint`, which goes too; nothing where it does not stand there.
std::optional<string_view> takeLast(string_view& text, string_view joint)
{
    const auto at = text.rfind(joint);
    if (at == string_view::npos)
        return std::nullopt;
    const auto last = text.substr(at + joint.size());
    text = text.substr(0, at);
    return last;
}

/// "upper lower " of LViT's texts, "upper, middle and lower" of people's: the zones that are named.
bool readZones(string_view words, LungZones& zones)
{
    while (!words.empty()) {
        const auto end = words.find_first_of(" ,");
        const auto word = words.substr(0, end);
        zones.upper = zones.upper || word == "upper";
        zones.middle = zones.middle || word == "middle";
        zones.lower = zones.lower || word == "lower";
        const bool known = word == "upper" || word == "middle" || word == "lower" || word == "and" || word.empty();
        if (!known)
            return false;
        words = end == string_view::npos ? string_view() : words.substr(end + 1);
    }
    zones.listed = zones.all();
    return true;
}

/// Puts a lung that is named into the fields; false for the words of none.
bool setLung(ReportFields& fields, string_view words, bool plain)
{
    const bool left = takeBack(words, "left lung");
    if (!left && !takeBack(words, "right lung"))
        return false;
    LungZones zones;
    zones.involved = true;
    const auto whole = words == (plain ? "whole " : "all ");
    if (whole)
        zones.upper = zones.middle = zones.lower = true;
    else if (plain && !words.empty() && !takeBack(words, " zones of the ") && !takeBack(words, " zone of the "))
        return false;
    else if (!readZones(words, zones))
        return false;
    (left ? fields.left : fields.right) = zones;
    return true;
}

/// "two infected areas"
bool setAreas(ReportFields& fields, string_view words)
{
    const auto blank = words.find(' ');
    const auto number = numberOf(words.substr(0, blank));
    fields.areas = number.value_or(0);
    return number && blank != string_view::npos;
}

bool setExtent(ReportFields& fields, string_view word)
{
    constexpr std::array<string_view, 4> kExtents{"", "mild", "moderate", "severe"};
    for (std::size_t i = 1; i < kExtents.size(); ++i)
        if (word == kExtents[i])
            fields.extent = static_cast<Extent>(i);
    return fields.extent != Extent::NotStated;
}

/// "bilateral pulmonary infection": both lungs where no zones are named.
void setHead(ReportFields& fields, string_view head)
{
    const bool bilateral = takeFront(head, "bilateral ");
    if (!bilateral)
        takeFront(head, "unilateral ");
    if (bilateral && !fields.left.involved && !fields.right.involved)
        fields.left.involved = fields.right.involved = true;
    fields.finding = head;
}

/// "unilateral pulmonary infection, one infected area, lower left lung, mild extent", without its full stop.
std::optional<ReportFields> trainingFields(string_view text)
{
    ReportFields fields;
    const auto head = text.substr(0, text.find(", "));
    text.remove_prefix(std::min(head.size() + 2, text.size()));
    while (!text.empty()) {
        auto clause = text.substr(0, text.find(", "));
        text.remove_prefix(std::min(clause.size() + 2, text.size()));
        if (takeBack(clause, " extent")) {
            if (!setExtent(fields, clause))
                return std::nullopt;
        } else if (clause.ends_with(" area") || clause.ends_with(" areas")) {
            if (!setAreas(fields, clause))
                return std::nullopt;
        } else {
            const auto last = takeLast(clause, " and ");
            if (!setLung(fields, clause, false) || (last && !setLung(fields, *last, false)))
                return std::nullopt;
        }
    }
    setHead(fields, head);
    return fields;
}

/// "Unilateral pulmonary infection of mild extent with one infected area in the lower zone of the left lung".
std::optional<ReportFields> plainFields(string_view text)
{
    ReportFields fields;
    const auto takeLung = [&](string_view joint) {
        auto rest = text;
        const auto lung = takeLast(rest, joint);
        const bool taken = lung && setLung(fields, *lung, true);
        text = taken ? rest : text;
        return taken;
    };
    if (!takeLung(" and in the ") || !takeLung(" in the ")) {
        fields.left = fields.right = {};
        takeLung(" in the ");
    }
    auto rest = text;
    if (const auto areas = takeLast(rest, " with ");
        areas && (areas->ends_with(" area") || areas->ends_with(" areas")) && setAreas(fields, *areas))
        text = rest;
    rest = text;
    if (takeBack(rest, " extent"))
        if (const auto extent = takeLast(rest, " of "); extent && setExtent(fields, *extent))
            text = rest;
    setHead(fields, text);
    return fields;
}

/// The fields where they have a finding, are whole and are written again as they stood.
std::optional<ReportFields> writtenAs(
    std::optional<ReportFields> fields, std::string (*wording)(const ReportFields&), string_view written)
{
    // "pneumonia with one affected area" as the name of a finding would be free text: written alike, but not whole.
    if (!fields || fields->finding.empty() || *fields != normalized(*fields) || wording(*fields) != written)
        return std::nullopt;
    return fields;
}

} // namespace

std::optional<ReportFields> fieldsOfOwnWording(std::string_view text)
{
    const auto body = trimmed(text);
    const auto end = body.find('.');
    if (end == string_view::npos || (end + 1 < body.size() && !isBlank(body[end + 1])))
        return std::nullopt;
    const auto written = body.substr(0, end + 1);
    auto plainText = std::string(written.substr(0, end));
    if (!plainText.empty() && plainText[0] >= 'A' && plainText[0] <= 'Z')
        plainText[0] = static_cast<char>(plainText[0] - 'A' + 'a');
    auto fields = writtenAs(trainingFields(written.substr(0, end)), sentence, written);
    if (!fields)
        fields = writtenAs(plainFields(plainText), plainSentence, written);
    if (!fields)
        return std::nullopt;
    fields->freeText = std::string(trimmed(body.substr(end + 1)));
    return fields;
}

} // namespace annotations
