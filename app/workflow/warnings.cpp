#include "app/workflow/warnings.h"

#include <algorithm>

namespace app {

void addWarnings(imaging::Warnings& all, const imaging::Warnings& some)
{
    for (const auto& warning : some)
        if (std::find(all.begin(), all.end(), warning) == all.end())
            all.push_back(warning);
}

imaging::Warnings warningOfUnknown(const std::vector<std::string>& words)
{
    if (words.empty())
        return {};
    constexpr std::size_t kMostNamed = 8;
    std::string named;
    for (std::size_t i = 0; i < std::min(words.size(), kMostNamed); ++i)
        named += (named.empty() ? "" : ", ") + words[i];
    if (words.size() > kMostNamed)
        named += " and " + std::to_string(words.size() - kMostNamed) + " more";
    return {"The model does not know the word" + std::string(words.size() == 1 ? "" : "s") + ": " + named
        + ". What it answers says nothing about " + (words.size() == 1 ? "it." : "them.")};
}

} // namespace app
