#pragma once

#include "annotations/cohort/cohort.h"

#include <QTemporaryDir>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace cohort_test {

/// A digest that differs with `number`.
inline std::string digestOf(int number)
{
    std::string digest(64, '0');
    for (std::size_t place = 63; number > 0; --place, number /= 10)
        digest[place] = static_cast<char>('0' + number % 10);
    return digest;
}

inline annotations::NewStudy pictureOf(int number, const std::string& text = "one infected area, lower left lung")
{
    return {"images/" + std::to_string(number) + ".png", 0, digestOf(number), "1.2.3." + std::to_string(number), 6, 4,
        text, "train"};
}

/// A mask of 6 x 4 pixels; `number` chooses which are inside.
inline annotations::StoredMask maskOf(unsigned number)
{
    annotations::StoredMask mask{6, 4, std::vector<std::uint16_t>(24)};
    for (std::size_t pixel = 0; pixel < mask.values.size(); ++pixel)
        mask.values[pixel] = static_cast<std::uint16_t>((number >> pixel) & 1U);
    return mask;
}

inline annotations::Prediction predictionOf(
    unsigned mask, double entropy = 0.5, const std::string& model = "a", const std::string& text = {})
{
    annotations::Prediction prediction;
    prediction.mask = maskOf(mask);
    prediction.model = {"lvit", "1", "hash of " + model, 1};
    prediction.who = "predict";
    prediction.text = text.empty() ? "one infected area, lower left lung" : text;
    prediction.modelText = "one infected area, lower left lung.";
    prediction.scores.entropy = entropy;
    return prediction;
}

/// A new cohort with `count` pictures in a folder of its own, and a clock that the test moves.
class CohortFixture
{
public:
    explicit CohortFixture(int count = 0)
    {
        annotations::createCohort(path(), {"test", imaging::Sides::Picture, "Pulmonary infection"});
        cohort = std::make_unique<annotations::Cohort>(path(), clock());
        std::vector<annotations::NewStudy> studies;
        for (int number = 1; number <= count; ++number)
            studies.push_back(pictureOf(number));
        cohort->addStudies(studies);
    }

    std::filesystem::path path() const { return folder.filePath(QStringLiteral("cohort")).toStdString(); }
    annotations::Cohort::Clock clock() const
    {
        return [this] { return time; };
    }

    QTemporaryDir folder;
    annotations::CohortTime time{std::chrono::milliseconds(1'790'000'000'000)};
    std::unique_ptr<annotations::Cohort> cohort;
};

} // namespace cohort_test
