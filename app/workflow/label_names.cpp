#include "app/workflow/label_names.h"

#include "annotations/report/report_findings.h"
#include "annotations/report/report_words.h"
#include "imaging/error.h"

#include <algorithm>
#include <utility>

namespace app {

annotations::Label uncodedLabel(std::string name)
{
    annotations::Label label;
    label.name = std::move(name);
    label.category = label.type = {"85756007", "SCT", "Tissue"};
    return label;
}

annotations::Label labelNamed(const std::string& name)
{
    const auto known = annotations::defaultLabels();
    const auto* label = findLabelNamed(known, name);
    return label ? *label : uncodedLabel(name);
}

annotations::Label recodedByName(annotations::Label label)
{
    const std::string name = annotations::lowerCase(label.name);
    const std::string meaning = annotations::lowerCase(label.type.meaning);
    const auto meant = annotations::conceptOf(meaning);
    const bool sameFinding = meant != annotations::Concept::Other && annotations::conceptOf(name) == meant;
    if (sameFinding || (!meaning.empty() && name.find(meaning) != std::string::npos))
        return label;
    const auto named = labelNamed(label.name);
    label.category = named.category;
    label.type = named.type;
    if (label.region != named.region)
        label.laterality = {};
    label.region = named.region;
    return label;
}

annotations::Label labelOfClass(const std::string& name)
{
    auto label = labelNamed(name);
    label.name = name;
    return label;
}

const annotations::Label* findLabelNamed(const annotations::LabelTable& table, std::string_view name)
{
    const std::string wanted = annotations::lowerCase(name);
    const auto found = std::find_if(table.begin(), table.end(),
        [&](const annotations::Label& label) { return annotations::lowerCase(label.name) == wanted; });
    return found == table.end() ? nullptr : &*found;
}

void nameLabels(annotations::LabelTable& labels, const ValueNames& names)
{
    for (const auto& [value, name] : names) {
        const auto label = std::find_if(
            labels.begin(), labels.end(), [value = value](const auto& one) { return one.value == value; });
        if (label == labels.end())
            throw imaging::Error(imaging::ErrorKind::WrongUse,
                "No voxel has the value " + std::to_string(value) + ", which is to be called \"" + name + "\".");
        const auto colour = label->colour;
        *label = labelNamed(name);
        label->value = value;
        if (label->type == label->category)
            label->colour = colour;
    }
}

std::vector<std::uint16_t> labelsForClasses(annotations::LabelTable& table, const std::vector<std::string>& classes)
{
    std::vector<std::uint16_t> values;
    for (const auto& name : classes) {
        const auto* there = findLabelNamed(table, name);
        if (!there) {
            auto label = labelOfClass(name);
            if (label.type == label.category)
                label.colour = annotations::freeColour(table);
            label.value = annotations::freeValue(table);
            there = &table.emplace_back(std::move(label));
        }
        values.push_back(there->value);
    }
    return values;
}

} // namespace app
