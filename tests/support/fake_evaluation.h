#pragma once

#include "models/facade/evaluation.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace support {

/// An evaluation whose answers are known: a text's probabilities are looked up by its words, everything else is 0.
class FakeEvaluation : public models::Evaluation
{
public:
    static constexpr int kColumns = 8;
    static constexpr int kRows = 6;

    using Mask = std::vector<std::uint8_t>;

    /// A mask that holds the columns from `first` up to before `last`, in all rows.
    static Mask columns(int first, int last)
    {
        Mask mask;
        for (int pixel = 0; pixel < kColumns * kRows; ++pixel)
            mask.push_back(pixel % kColumns >= first && pixel % kColumns < last ? 1 : 0);
        return mask;
    }

    void add(const std::string& image, const std::string& text, Mask truth)
    {
        m_cases.push_back({image, text, kColumns, kRows, {}});
        m_truths.push_back(std::move(truth));
    }

    void setSpacing(std::array<double, 2> millimetres)
    {
        for (auto& one : m_cases)
            one.spacingMm = millimetres;
    }

    const models::PackageInfo& package() const override { return info; }
    const std::vector<models::EvaluationCase>& cases() const override { return m_cases; }
    int unlabelled() const override { return 2; }
    const imaging::Warnings& warnings() const override { return m_warnings; }
    models::data::GreyPicture picture(std::size_t index) const override
    {
        return {4, 4, std::vector<std::uint8_t>(16, static_cast<std::uint8_t>(10 * index))};
    }
    std::vector<std::uint8_t> truth(std::size_t index) const override { return m_truths.at(index); }
    std::vector<float> bestPossible(std::size_t index) const override
    {
        return {m_truths.at(index).begin(), m_truths.at(index).end()};
    }

    void run(
        const models::EvaluationRun& run, const Visit& visit, std::stop_token stop, const imaging::Progress&) override
    {
        ++runs;
        for (std::size_t position = 0; position < run.cases.size() && !stop.stop_requested(); ++position)
            for (std::size_t text = 0; text < run.texts.size(); ++text) {
                const auto answer = answers.find(run.texts[text][position]);
                std::vector<float> probabilities(std::size_t(kColumns) * kRows);
                if (answer != answers.end())
                    for (std::size_t i = 0; i < probabilities.size(); ++i)
                        probabilities[i] = answer->second[i] != 0 ? 0.9F : 0.1F;
                visit({position, text, probabilities, m_truths[run.cases[position]]});
            }
    }

    models::PackageInfo info;
    std::map<std::string, Mask> answers;
    int runs = 0;

private:
    std::vector<models::EvaluationCase> m_cases;
    std::vector<Mask> m_truths;
    imaging::Warnings m_warnings;
};

} // namespace support
