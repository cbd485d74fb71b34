#pragma once

#include "imaging/error.h"
#include "models/facade/classifier.h"

#include <optional>
#include <string>
#include <vector>

namespace support {

/// Thinks the less of a class the later it stands. Remembers what it was asked.
class FakeClassifier : public models::Classifier
{
public:
    const std::vector<std::string>& learntClasses() const override { return learnt; }

    std::optional<imaging::Sides> textSides() const override { return sides; }
    std::optional<std::string> sideDoubt() const override { return doubt; }
    std::vector<std::string> unknownWords(const std::string& said) const override
    {
        return !unknown.empty() && said.find(unknown) != std::string::npos ? std::vector{unknown}
                                                                          : std::vector<std::string>();
    }

    void ask(const models::ClassQuestion& question) override
    {
        questions.push_back(question);
        if (question.classes.size() < 2 && !question.findings)
            throw imaging::Error(imaging::ErrorKind::WrongUse, "One class is not told apart from anything.");
    }

    models::Classification classify(const imaging::Slice& slice) override
    {
        ++looks;
        columns = slice.columns;
        models::Classification answer;
        double left = 1;
        for (const auto& name : questions.back().classes) {
            left /= 2;
            answer.scores.push_back({name, {"a picture of " + name + "."}, left, left});
        }
        answer.size = 4;
        answer.seen.assign(16, 200);
        answer.pictureSeconds = 0.25;
        answer.warnings = warnings;
        return answer;
    }

    models::ClassHeat explain(const imaging::Slice& slice, const std::string& name) override
    {
        explained.push_back(name);
        models::ClassHeat heat{name, slice.columns, slice.rows, {}, 1.5, 0.5};
        heat.heat.assign(slice.values.size(), 0);
        heat.heat.back() = 1;
        return heat;
    }

    std::vector<std::string> learnt;
    std::optional<imaging::Sides> sides; ///< Of its texts.
    std::optional<std::string> doubt; ///< About sides.
    std::string unknown; ///< A word that it does not know; empty: it knows all.
    imaging::Warnings warnings;
    std::vector<models::ClassQuestion> questions;
    std::vector<std::string> explained;
    int looks = 0;
    int columns = 0; ///< Of the last picture.
};

} // namespace support
