#include "annotations/label.h"

#include "annotations/report/report_text.h"
#include "imaging/error.h"

#include <algorithm>

namespace annotations {

namespace {

const Code kAnatomy{"123037004", "SCT", "Anatomical Structure"};
const Code kAbnormal{"49755003", "SCT", "Morphologically abnormal structure"};
const Code kLung{"39607008", "SCT", "Lung"};

Label makeLabel(std::uint16_t value, std::string name, std::array<std::uint8_t, 3> colour, Code category, Code type)
{
    Label label;
    label.value = value;
    label.name = std::move(name);
    label.colour = colour;
    label.category = std::move(category);
    label.type = std::move(type);
    return label;
}

} // namespace

const Label* findLabel(const LabelTable& table, std::uint16_t value)
{
    const auto found = std::find_if(table.begin(), table.end(), [&](const Label& l) { return l.value == value; });
    return found == table.end() ? nullptr : &*found;
}

Label* findLabel(LabelTable& table, std::uint16_t value)
{
    const auto found = std::find_if(table.begin(), table.end(), [&](const Label& l) { return l.value == value; });
    return found == table.end() ? nullptr : &*found;
}

LabelTable withVisibilityOf(LabelTable table, const LabelTable& shown)
{
    for (Label& label : table)
        if (const Label* same = findLabel(shown, label.value))
            label.visible = same->visible;
    return table;
}

std::uint16_t freeValue(const LabelTable& table)
{
    for (unsigned value = 1; value <= 65535; ++value) {
        if (!findLabel(table, static_cast<std::uint16_t>(value)))
            return static_cast<std::uint16_t>(value);
    }
    throw imaging::Error(
        imaging::ErrorKind::WrongUse, "There are already 65535 labels; remove one before adding another.");
}

std::array<std::uint8_t, 3> freeColour(const LabelTable& table)
{
    static constexpr std::array<std::array<std::uint8_t, 3>, 10> kColours{
        {{78, 201, 176}, {220, 205, 121}, {148, 124, 230}, {124, 214, 98}, {235, 132, 170}, {70, 160, 160},
            {168, 138, 96}, {110, 130, 220}, {190, 220, 240}, {200, 80, 150}}};
    for (const auto& colour : kColours)
        if (std::none_of(table.begin(), table.end(), [&](const Label& label) { return label.colour == colour; }))
            return colour;
    return kColours[table.size() % kColours.size()];
}

std::vector<std::uint16_t> lockedValues(const LabelTable& table)
{
    std::vector<std::uint16_t> values;
    for (const Label& label : table) {
        if (label.locked)
            values.push_back(label.value);
    }
    return values;
}

LabelTable defaultLabels()
{
    LabelTable table{
        makeLabel(
            1, "Pulmonary infection", {214, 139, 82}, kAbnormal, {"128601007", "SCT", "Infectious disease of lung"}),
        makeLabel(2, "Lung consolidation", {222, 91, 91}, kAbnormal, {"95436008", "SCT", "Lung consolidation"}),
        makeLabel(3, "Pleural effusion", {86, 156, 214}, kAbnormal, {"60046008", "SCT", "Pleural effusion"}),
        makeLabel(4, "Nodule", {197, 134, 192}, kAbnormal, {"27925004", "SCT", "Nodule"}),
        makeLabel(5, "Lung", {120, 170, 120}, kAnatomy, kLung),
        makeLabel(6, "Heart", {206, 110, 84}, kAnatomy, {"80891009", "SCT", "Heart"}),
    };
    for (std::size_t i : {0u, 1u, 3u})
        table[i].region = kLung;
    return table;
}

Code laterality(const ReportFields& fields)
{
    if (fields.left.involved && fields.right.involved)
        return {"51440002", "SCT", "Right and left"};
    if (fields.left.involved)
        return {"7771000", "SCT", "Left"};
    return fields.right.involved ? Code{"24028007", "SCT", "Right"} : Code{};
}

} // namespace annotations
