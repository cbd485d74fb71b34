#include "app/workflow/model_card.h"

#include "annotations/report/report_words.h"
#include "imaging/error.h"
#include "imaging/files/folder_of.h"
#include "models/package/model_list.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <string_view>
#include <system_error>

namespace app {

namespace {

constexpr int kMostLines = 400; ///< Of a card's head.
constexpr std::size_t kMostBytes = 2000; ///< Of a line that is read.
constexpr std::array<std::string_view, 8> kDomainTags{
    "medical", "radiology", "x-ray", "chest-x-ray", "cxr", "ct", "pathology", "natural-images"};

std::string_view withoutQuotes(std::string_view text)
{
    text = annotations::trimmed(text);
    const bool quoted = text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front();
    return quoted ? text.substr(1, text.size() - 2) : text;
}

/// "a", or "[a, b]".
std::vector<std::string> valuesOf(std::string_view text)
{
    text = annotations::trimmed(text);
    const bool list = text.size() >= 2 && text.front() == '[' && text.back() == ']';
    if (list)
        text = text.substr(1, text.size() - 2);
    std::vector<std::string> values;
    while (!text.empty()) {
        const auto comma = list ? text.find(',') : std::string_view::npos;
        if (const auto value = withoutQuotes(text.substr(0, comma)); !value.empty())
            values.emplace_back(value);
        text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
    }
    return values;
}

/// The head's keys with their values: "key: value", "key: [a, b]", or lines of "- value" below "key:".
std::map<std::string, std::vector<std::string>> headOf(std::istream& file)
{
    std::map<std::string, std::vector<std::string>> head;
    std::string line;
    std::string key;
    if (!std::getline(file, line) || annotations::trimmed(line) != "---")
        return head;
    for (int i = 0; i < kMostLines && std::getline(file, line); ++i) {
        const auto text = annotations::trimmed(line);
        if (text == "---")
            return head;
        if (text.size() > kMostBytes || text.starts_with('#'))
            continue;
        const auto colon = text.find(':');
        const bool nested = line.starts_with(' ') && !text.starts_with('-');
        std::vector<std::string> values;
        if (text.starts_with('-'))
            values = valuesOf(text.substr(1));
        else if (colon != std::string_view::npos && !nested) {
            key = text.substr(0, colon);
            values = valuesOf(text.substr(colon + 1));
        }
        auto& known = head[key];
        known.insert(known.end(), values.begin(), values.end());
    }
    return {}; // Without an end it is no head.
}

std::string joined(const std::vector<std::string>& parts)
{
    std::string text;
    for (const auto& part : parts)
        text += (text.empty() ? "" : ", ") + part;
    return text;
}

std::string configuredDomain(const std::filesystem::path& folder)
{
    try {
        const auto model = models::readModel(folder);
        if (!model || model->modalities.empty())
            return {};
        return joined(model->modalities) + (model->bodyParts.empty() ? "" : " of ") + joined(model->bodyParts);
    } catch (const imaging::Error&) {
        return {}; // Opening it says what is wrong with it.
    }
}

} // namespace

ModelCard readModelCard(const std::filesystem::path& model)
{
    std::error_code none;
    const auto folder = std::filesystem::is_directory(model, none) ? model : imaging::folderOf(model);
    std::ifstream file(folder / "README.md");
    auto head = headOf(file);
    ModelCard card{joined(head["domain"]), head["datasets"], joined(head["license_name"])};
    if (card.licence.empty()) // Which is "other" where it has a name of its own.
        card.licence = joined(head["license"]);
    if (card.domain.empty()) {
        auto tags = head["tags"];
        std::erase_if(tags, [](const std::string& tag) {
            return std::find(kDomainTags.begin(), kDomainTags.end(), tag) == kDomainTags.end();
        });
        card.domain = tags.empty() ? configuredDomain(folder) : joined(tags);
    }
    return card;
}

} // namespace app
