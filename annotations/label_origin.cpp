#include "annotations/label_origin.h"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <string_view>

namespace annotations {

namespace {

constexpr std::string_view kPrompt = "Prompt: ";
constexpr std::string_view kDraft = "Machine-written draft, not accepted by a reader. ";
constexpr std::string_view kBetween = " | ";
constexpr std::string_view kModelText = "to the model: ";
constexpr std::string_view kThreshold = "threshold ";
constexpr std::string_view kAcceptedBy = "accepted by ";
constexpr std::string_view kAlso = " + ";
constexpr std::size_t kHashDigits = 12;

std::string withoutBars(std::string text)
{
    std::replace(text.begin(), text.end(), '|', '/');
    return text;
}

void takePart(std::string_view part, LabelOrigin& origin)
{
    if (part.starts_with(kModelText)) {
        origin.modelText = part.substr(kModelText.size());
    } else if (part.starts_with(kAcceptedBy)) {
        origin.acceptedBy = part.substr(kAcceptedBy.size());
    } else if (part.starts_with(kThreshold)) {
        const auto number = part.substr(kThreshold.size());
        double threshold = 0;
        if (std::from_chars(number.data(), number.data() + number.size(), threshold).ec == std::errc())
            origin.threshold = threshold;
    }
}

/// One "Prompt: ... | to the model: ... | threshold 0.50".
LabelOrigin originIn(std::string_view text)
{
    LabelOrigin origin;
    origin.machineDraft = text.starts_with(kDraft);
    text.remove_prefix((origin.machineDraft ? kDraft.size() : 0) + kPrompt.size());
    const std::size_t end = std::min(text.find(kBetween), text.size());
    origin.prompt = text.substr(0, end);
    for (text.remove_prefix(end); !text.empty();) {
        text.remove_prefix(kBetween.size());
        const std::size_t next = std::min(text.find(kBetween), text.size());
        takePart(text.substr(0, next), origin);
        text.remove_prefix(next);
    }
    return origin;
}

bool startsOrigin(std::string_view text)
{
    if (text.starts_with(kDraft))
        text.remove_prefix(kDraft.size());
    return text.starts_with(kPrompt);
}

/// Where the next origin begins, after the " + " in front of it; npos: there is none.
std::size_t nextOrigin(std::string_view text)
{
    for (std::size_t at = text.find(kAlso); at != std::string_view::npos; at = text.find(kAlso, at + 1)) {
        if (startsOrigin(text.substr(at + kAlso.size())))
            return at + kAlso.size();
    }
    return std::string_view::npos;
}

bool isHash(std::string_view word)
{
    return word.size() == kHashDigits && word.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Takes the last word off.
std::string_view takeWord(std::string_view& text)
{
    const std::size_t blank = text.rfind(' ');
    const std::string_view word = blank == std::string_view::npos ? std::string_view() : text.substr(blank + 1);
    text = text.substr(0, std::min(blank, text.size()));
    return word;
}

void takeAlgorithm(std::string_view name, LabelOrigin& origin)
{
    std::string_view rest = name;
    const auto hash = takeWord(rest);
    if (!isHash(hash)) {
        origin.modelName = name;
        return;
    }
    origin.modelHash = hash;
    origin.modelVersion = takeWord(rest);
    origin.modelName = rest;
}

} // namespace

std::string originText(const LabelOrigin& origin)
{
    char threshold[16];
    std::snprintf(threshold, sizeof threshold, "%.2f", origin.threshold.value_or(0.5));
    std::string text(kPrompt);
    text.append(withoutBars(origin.prompt)).append(kBetween);
    text.append(kModelText).append(withoutBars(origin.modelText)).append(kBetween);
    text.append(kThreshold).append(threshold);
    if (!origin.acceptedBy.empty())
        text.append(kBetween).append(kAcceptedBy).append(withoutBars(origin.acceptedBy));
    return origin.machineDraft ? asDraft(text) : text;
}

std::string asDraft(const std::string& description)
{
    return std::string(kDraft) + description;
}

std::string algorithmText(const LabelOrigin& origin)
{
    return origin.modelName + " " + origin.modelVersion + " " + origin.modelHash.substr(0, kHashDigits);
}

std::string joinedOrigins(const std::string& before, const std::string& after)
{
    return before + std::string(kAlso) + after;
}

std::vector<LabelOrigin> originsOf(const Label& label)
{
    std::vector<LabelOrigin> origins;
    std::string_view rest = label.description;
    if (!startsOrigin(rest)) {
        const std::size_t first = nextOrigin(rest);
        rest = first == std::string_view::npos ? std::string_view() : rest.substr(first);
    }
    while (!rest.empty()) {
        const std::size_t next = nextOrigin(rest);
        const bool last = next == std::string_view::npos;
        origins.push_back(originIn(rest.substr(0, last ? rest.size() : next - kAlso.size())));
        rest = last ? std::string_view() : rest.substr(next);
    }
    if (!origins.empty() && label.algorithm != AlgorithmType::Manual)
        takeAlgorithm(label.algorithmName, origins.back());
    return origins;
}

} // namespace annotations
