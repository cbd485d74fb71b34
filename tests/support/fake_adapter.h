#pragma once

#include "models/facade/adaptation.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <stop_token>
#include <string>
#include <vector>

namespace support {

/// Learns nothing; zero-shot says the first class of every picture, what was "learnt" says the right one of those
/// classes that were learnt and the first of others. Remembers what it was asked.
class FakeAdapter : public models::Adapter
{
public:
    models::TrainResult adapt(const models::AdaptTask& task, std::stop_token stop, const imaging::Progress&) override
    {
        tasks.push_back(task);
        writeLog(task.options.output / "training");
        if (wait)
            wait(stop);
        models::TrainResult result;
        result.epochs = task.options.epochs;
        if (stopAt == int(tasks.size()) && source)
            source->request_stop();
        result.cancelled = stop.stop_requested();
        result.warnings = warnings;
        return result;
    }

    models::AdaptAnswers answer(
        const models::AdaptQuestion& question, std::stop_token, const imaging::Progress&) override
    {
        questions.push_back(question);
        models::AdaptAnswers answers;
        for (const auto& picture : question.pictures) {
            const auto& name = question.classes[std::size_t(picture.label)];
            const auto& learnt = tasks.back().classes;
            const bool knows = std::find(learnt.begin(), learnt.end(), name) != learnt.end();
            answers.labels.push_back(!question.learnt.empty() && knows ? picture.label : 0);
        }
        return answers;
    }

    int blocks(models::AdaptMethod) const override { return mostBlocks; }

    int mostBlocks = std::numeric_limits<int>::max();
    int epochs = 0; ///< That it writes into its log as trainings do; 0: there is none.
    std::function<void(std::stop_token)> wait; ///< Within adapt().
    std::vector<models::AdaptTask> tasks;
    std::vector<models::AdaptQuestion> questions;
    imaging::Warnings warnings;
    int stopAt = 0;
    std::stop_source* source = nullptr;

private:
    void writeLog(const std::filesystem::path& folder) const
    {
        if (epochs == 0)
            return;
        std::filesystem::create_directories(folder);
        std::ofstream log(folder / "log.csv");
        log << "epoch,learning_rate,loss,valid_accuracy,valid_loss,train_accuracy\n";
        for (int epoch = 1; epoch <= epochs; ++epoch)
            log << epoch << ",0.1," << 1.0 / epoch << ",0.75,0.4,0.5\n";
    }
};

} // namespace support
