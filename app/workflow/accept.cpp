#include "app/workflow/accept.h"

#include "annotations/label_origin.h"
#include "annotations/report/place_name.h"
#include "annotations/report/reading.h"
#include "annotations/report/report_words.h"
#include "app/workflow/proposal.h"
#include "app/workflow/label_names.h"
#include "app/workflow/segment.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <set>
#include <utility>

namespace app {

using annotations::Label;
using annotations::LabelTable;
using annotations::LungZones;

namespace {

constexpr std::size_t kLongestName = 48; ///< Bytes; with a number behind it fits the 64 of a segment's label.

std::string shortened(std::string_view text)
{
    std::string line(annotations::trimmed(text));
    std::replace_if(line.begin(), line.end(), annotations::isBlank, ' ');
    if (line.size() <= kLongestName)
        return line;
    std::size_t end = kLongestName;
    while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0U) == 0x80U)
        --end; // Not within a character of UTF-8.
    return line.substr(0, end) + "\u2026";
}

std::string nameOf(std::string_view finding, const LungZones& right, const LungZones& left)
{
    std::string name = shortened(finding);
    if (!name.empty())
        name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
    const auto plain = [](const LungZones& zones) { return zones.involved && !zones.any(); };
    if (plain(right) && plain(left))
        return name + ", both lungs";
    for (const auto& place : {annotations::placeName("right", right), annotations::placeName("left", left)})
        if (!place.empty())
            name += ", " + place;
    return name;
}

/// The default label whose name is the finding's, with or without the organ: nothing that is only alike.
std::optional<Label> knownLabel(std::string_view finding)
{
    const std::string wanted = annotations::lowerCase(finding);
    for (auto& label : annotations::defaultLabels()) {
        const std::string name = annotations::lowerCase(label.name);
        if (name == wanted || name == "lung " + wanted)
            return std::move(label);
    }
    return std::nullopt;
}

/// What of a reading the mask shows.
struct Shown
{
    std::string finding;
    LungZones right;
    LungZones left;
    bool packages = false; ///< It is the package's finding.
};

/// Whether words for a finding say what a package's finding does: all of it ("infection"), or an infection of its own.
/// An infiltrate may be one, and is not called so.
bool meansTheSame(std::string_view words, std::string_view finding)
{
    const auto isInfection = [](std::string_view text) {
        constexpr std::array<std::string_view, 4> kStems{"infect", "pneumon", "tubercul", "pna"};
        return std::any_of(kStems.begin(), kStems.end(),
            [&](std::string_view stem) { return text.find(stem) != std::string_view::npos; });
    };
    return finding.ends_with(words) || (isInfection(words) && isInfection(finding));
}

Shown shownOf(std::string_view patientText, const std::string& packageFinding)
{
    const auto reading = annotations::readReport(patientText, packageFinding);
    const auto choice = annotations::chooseFor(reading, packageFinding);
    Shown shown;
    if (!choice.fields.finding.empty()) {
        shown = {choice.fields.finding, choice.fields.right, choice.fields.left, true};
        std::vector<std::string> words;
        for (const auto index : choice.used)
            if (const auto& name = reading.findings[index].named;
                !name.empty() && std::find(words.begin(), words.end(), name) == words.end())
                words.push_back(name);
        const auto isPackages = [&](const auto& one) { return meansTheSame(one, choice.fields.finding); };
        shown.packages = std::all_of(words.begin(), words.end(), isPackages);
        const bool shorter = std::all_of(
            words.begin(), words.end(), [&](const auto& one) { return choice.fields.finding.ends_with(one); });
        if (!shorter && (words.size() == 1 || !shown.packages))
            shown.finding = annotations::listed(words);
        return shown;
    }
    const auto& findings = reading.findings;
    const auto first =
        std::find_if(findings.begin(), findings.end(), [](const auto& finding) { return !finding.finding.empty(); });
    if (first != findings.end())
        shown = {first->finding, first->right, first->left, false};
    return shown;
}

bool isFree(const Label& label)
{
    return !label.locked && label.visible;
}

/// An empty label of that name, or a new one whose name no other has.
std::uint16_t newLabel(LabelTable& labels, Label fresh, const VoxelsOf& voxelsOf)
{
    const std::string name = fresh.name;
    for (int number = 2; const auto* there = findLabelNamed(labels, fresh.name); ++number) {
        if (isFree(*there) && voxelsOf(there->value) == 0)
            return there->value;
        fresh.name = name + " " + std::to_string(number);
    }
    fresh.value = annotations::freeValue(labels);
    fresh.colour = annotations::freeColour(labels);
    labels.push_back(std::move(fresh));
    return labels.back().value;
}

std::string refusalOf(const AcceptPlan& plan, const std::vector<std::string>& classes)
{
    for (const auto value : plan.values) {
        const auto* label = annotations::findLabel(plan.labels, value);
        if (label && isFree(*label))
            continue;
        if (classes.empty() || !label)
            return "The chosen label is locked or hidden: choose another one, or unlock and show it, and accept again.";
        return "The label \u201C" + label->name
            + "\u201D, which a class of the model goes to, is locked or hidden: unlock and show it, and accept again.";
    }
    return {};
}

/// The label within which alone the user lets be drawn.
bool isGivenUp(const annotations::DrawOver& rule, std::uint16_t holds)
{
    return rule.mode == annotations::DrawOver::Mode::OnlyLabel && rule.label == holds;
}

std::string voxelsOfProposal(std::size_t count, const char* one, const char* many)
{
    return std::to_string(count) + (count == 1 ? " voxel of the proposal " : " voxels of the proposal ")
        + (count == 1 ? one : many);
}

} // namespace

Label labelForSentence(
    std::string_view text, imaging::Sides user, const models::PackageInfo& package, const imaging::PictureSides& sides)
{
    constexpr auto kPatient = imaging::Sides::Patient;
    const bool placeKnown =
        user == imaging::Sides::Patient || !imaging::namesSide(text) || sides.atLeft != imaging::PatientSide::Unknown;
    const auto patientText = withPackageSides(text, user, kPatient, sides, Confirmed::Yes).text;
    const std::string finding = annotations::lowerCase(package.finding);
    const Shown shown = shownOf(patientText, finding);
    if (shown.finding.empty())
        return uncodedLabel(shortened(text));
    auto known = knownLabel(shown.finding);
    if (!known && shown.packages)
        known = knownLabel(finding);
    Label label = known.value_or(uncodedLabel({}));
    label.name = placeKnown ? nameOf(shown.finding, shown.right, shown.left) : nameOf(shown.finding, {}, {});
    return label;
}

AcceptPlan planAccept(AcceptTo to, const LabelTable& labels, std::uint16_t chosen, const VoxelsOf& voxelsOf,
    const Label& fresh, const std::vector<std::string>& classes)
{
    AcceptPlan plan;
    plan.labels = labels;
    plan.clears = to == AcceptTo::ReplaceLabel;
    if (to != AcceptTo::NewLabel)
        plan.values =
            classes.empty() ? std::vector<std::uint16_t>{chosen} : labelsForClasses(plan.labels, classes);
    else if (classes.empty())
        plan.values.push_back(newLabel(plan.labels, fresh, voxelsOf));
    else
        for (const auto& name : classes)
            plan.values.push_back(newLabel(plan.labels, labelOfClass(name), voxelsOf));
    plan.refusal = refusalOf(plan, classes);
    return plan;
}

DrawnProposal drawProposal(annotations::MaskEdit& edit, const AcceptPlan& plan, std::span<const int> slices,
    std::span<const LabelRun> runs)
{
    DrawnProposal drawn;
    if (runs.empty())
        return drawn;
    if (plan.clears)
        for (const int slice : slices)
            eraseLabels(edit, slice, plan.values);
    const auto voxels = edit.map().voxels();
    for (const auto& run : runs) {
        const std::size_t last = run.offset + run.count;
        for (std::size_t begin = run.offset, end = begin; begin < last; begin = end) {
            const std::uint16_t holds = voxels[begin];
            while (end < last && voxels[end] == holds)
                ++end;
            if (holds != 0 && holds != run.value && !isGivenUp(edit.rule(), holds)) {
                drawn.left[holds] += end - begin;
                continue;
            }
            const std::size_t painted = edit.paintRun(begin, end - begin, run.value);
            drawn.voxels += painted;
            drawn.held += end - begin - painted;
        }
    }
    if (drawn.voxels == 0)
        edit.revert();
    return drawn;
}

LabelTable markedLabels(const AcceptPlan& plan, const AcceptedMask& mask, const VoxelsOf& voxelsOf)
{
    LabelTable labels = plan.labels;
    const std::set<std::uint16_t> drawn(plan.values.begin(), plan.values.end());
    for (auto& label : labels) {
        if (!drawn.contains(label.value))
            continue;
        const Label before = label;
        const bool keeps = voxelsOf(label.value) > 0 && !(plan.clears && mask.wholePicture);
        const bool byHand = keeps && before.algorithm != annotations::AlgorithmType::Automatic;
        applyProvenance(label, mask.text, mask.provenance,
            byHand ? annotations::AlgorithmType::SemiAutomatic : annotations::AlgorithmType::Automatic);
        if (mask.machineWritten)
            label.description = annotations::asDraft(label.description);
        label.laterality = mask.laterality;
        if (!keeps)
            continue;
        if (!before.description.empty() && before.description != label.description)
            label.description = annotations::joinedOrigins(before.description, label.description);
        if (before.laterality != label.laterality)
            label.laterality = {};
    }
    return labels;
}

std::string leftSentence(const DrawnProposal& drawn, const LabelTable& labels)
{
    std::size_t count = 0;
    std::vector<std::string> names;
    for (const auto& [value, voxels] : drawn.left) {
        count += voxels;
        const auto* label = annotations::findLabel(labels, value);
        names.push_back("\u201C" + (label ? label->name : "label " + std::to_string(value)) + "\u201D");
    }
    std::string sentence;
    if (count > 0)
        sentence = voxelsOfProposal(count, "stays", "stay") + " with " + annotations::listed(names)
            + ", as accepting takes nothing from other labels.";
    if (drawn.held > 0)
        sentence += (count > 0 ? " " : "") + voxelsOfProposal(drawn.held, "was", "were")
            + " left out, as they lie outside of what may be drawn over now.";
    return sentence;
}

} // namespace app
