#pragma once

#include "models/generate/generate.h"

#include <nlohmann/json.hpp>

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>
#include <vector>

/// What Hugging Face's generate() wrote, entry by entry of a golden.json.
namespace generate_goldens {

using nlohmann::json;
using Ids = std::vector<std::int64_t>;

inline void addRows(const json& golden)
{
    QTest::addColumn<QString>("name");
    for (const auto& [name, one] : golden["generate"].items())
        QTest::newRow(name.c_str()) << QString::fromStdString(name);
}

/// The arguments of generate(); lengths there may count the prompt of `promptLength` ids.
inline models::generate::GenerateOptions optionsOf(const json& args, std::int64_t endId, std::int64_t promptLength)
{
    models::generate::GenerateOptions options;
    options.endId = endId;
    options.beams = args.value("num_beams", 1);
    options.returned = args.value("num_return_sequences", 1);
    options.repetitionPenalty = args.value("repetition_penalty", 1.0);
    options.lengthPenalty = args.value("length_penalty", 1.0);
    options.earlyStopping = args.value("early_stopping", false) ? models::generate::EarlyStopping::Yes
                                                                : models::generate::EarlyStopping::No;
    const auto prompt = static_cast<int>(promptLength);
    options.maxNewTokens = args.contains("max_length") ? args["max_length"].get<int>() - prompt
                                                        : args["max_new_tokens"].get<int>();
    options.minNewTokens = args.contains("min_length") ? std::max(0, args["min_length"].get<int>() - prompt)
                                                        : args.value("min_new_tokens", 0);
    return options;
}

/// The arguments where soft tokens and `textLength` text tokens stand in front as vectors and lengths count, as the old
/// mode of decoder-only models does, one token more than the text.
inline models::generate::GenerateOptions legacyOptionsOf(const json& args, std::int64_t endId, std::int64_t textLength)
{
    auto options = optionsOf(args, endId, textLength + 1);
    if (args.contains("min_length")) // Without that one more.
        options.minNewTokens = std::max(0, args["min_length"].get<int>() - static_cast<int>(textLength));
    return options;
}

inline Ids upToTheEnd(Ids ids, std::int64_t endId)
{
    if (const auto end = std::find(ids.begin(), ids.end(), endId); end != ids.end())
        ids.erase(end + 1, ids.end());
    return ids;
}

/// What differs from one answer; empty: nothing.
inline std::string differenceTo(const json& sequences, const json& scores,
    const std::vector<models::generate::GeneratedText>& texts, std::size_t promptLength)
{
    std::ostringstream problem;
    if (sequences.size() != texts.size())
        return std::to_string(texts.size()) + " texts";
    for (std::size_t i = 0; i < texts.size(); ++i) {
        auto wanted = sequences[i].get<Ids>();
        wanted.erase(wanted.begin(), wanted.begin() + static_cast<std::ptrdiff_t>(promptLength));
        // Padding stands behind a text that ended early.
        const auto shorter = std::min(wanted.size(), texts[i].ids.size());
        const bool same = std::equal(texts[i].ids.begin(), texts[i].ids.end(), wanted.begin(),
                              wanted.begin() + static_cast<std::ptrdiff_t>(shorter))
            && texts[i].ids.size() <= wanted.size();
        if (!same) {
            problem << "text " << i << ": " << json(texts[i].ids).dump() << ", not " << json(wanted).dump() << "; ";
            continue;
        }
        if (!scores.is_null() && std::abs(texts[i].score - scores[i].get<double>()) > 1e-3)
            problem << "score " << i << ": " << texts[i].score << ", not " << scores[i] << "; ";
    }
    return problem.str();
}

/// The same of an entry: where its two references disagree, one of their answers must come out.
inline std::string difference(
    const json& one, const std::vector<models::generate::GeneratedText>& texts, std::size_t promptLength)
{
    const auto first = differenceTo(one["sequences"], one.value("sequences_scores", json()), texts, promptLength);
    if (first.empty() || one.value("agrees_with_second_reference", true))
        return first;
    const auto second = differenceTo(
        one["second_reference_sequences"], one.value("second_reference_scores", json()), texts, promptLength);
    return second.empty() ? second : first + "or " + second;
}

} // namespace generate_goldens
