#pragma once

#include "imaging/progress.h"
#include "imaging/slice.h"
#include "models/training/pair_options.h"
#include "models/weights/safetensors.h"

#include <QDir>
#include <QFile>

#include <filesystem>
#include <stop_token>
#include <string_view>

/// Trainings of seconds on pictures with texts.
namespace tiny {

/// What all of them share: 32 x 32 pixels, towers of one head.
inline void fillPairs(models::training::PairOptions& options, const std::filesystem::path& folder, const char* output)
{
    options.data = folder / "data";
    options.output = folder / output;
    options.tower = {32, 8, 32, 2};
    options.batchSize = 4;
    options.epochs = 3;
    options.learningRate = 3e-3;
    options.averageDecay = 0.5;
    options.augmentation.rotateDegrees = 3;
    options.threads = 1;
    options.device = "cpu";
    options.saveMinutes = 1000;
}

struct PairRun
{
    models::training::TrainResult result;
    models::weights::StateDict weights;
    int reports = 0;
};

/// Stops after so many reports of an epoch's progress; 0: never.
template <typename Options, typename Train>
PairRun trainPairs(const Options& options, const Train& train, int stopAfter = 0)
{
    PairRun run;
    std::stop_source stop;
    const imaging::Progress progress([&](double, std::string_view now) {
        if (now.starts_with("epoch") && ++run.reports == stopAfter)
            stop.request_stop();
    });
    run.result = train(options, stop.get_token(), progress);
    if (std::filesystem::exists(options.output / "model.safetensors"))
        run.weights = models::weights::readSafetensors(options.output / "model.safetensors");
    return run;
}

inline bool sameWeights(const models::weights::StateDict& first, const models::weights::StateDict& second)
{
    if (first.empty() || first.size() != second.size())
        return false;
    for (const auto& [key, tensor] : first)
        if (!second.contains(key) || !tensor.equal(second.at(key)))
            return false;
    return true;
}

enum class Masks { Drop, Keep };

/// The manifest of support::writeTrainingFolder, without its column of masks if wanted, each third pair of pictures (a
/// disc at the left, one at the right) for validation.
inline void rewriteForPairs(const std::filesystem::path& folder, Masks masks = Masks::Drop)
{
    QFile file(QString::fromStdString((folder / "data" / "manifest.csv").string()));
    if (!file.open(QIODevice::ReadOnly))
        return;
    auto rows = QString::fromUtf8(file.readAll()).split('\n');
    file.close();
    for (qsizetype row = 0; row < rows.size(); ++row) {
        auto fields = rows[row].split(',');
        if (fields.size() < 4)
            continue;
        if (masks == Masks::Drop)
            fields.removeAt(2);
        if (row > 0)
            fields[0] = (row - 1) / 2 % 3 == 2 ? QStringLiteral("valid") : QStringLiteral("train");
        rows[row] = fields.join(',');
    }
    if (file.open(QIODevice::WriteOnly))
        file.write(rows.join('\n').toUtf8());
}

/// A slice with a bright disc at the left or the right.
inline imaging::Slice disc(bool left)
{
    constexpr int kSize = 32;
    imaging::Slice slice;
    slice.columns = slice.rows = kSize;
    for (int y = 0; y < kSize; ++y)
        for (int x = 0; x < kSize; ++x) {
            const int dx = x - (left ? 8 : 24), dy = y - 16;
            slice.values.push_back(dx * dx + dy * dy < 30 ? 255.0F : 50.0F);
        }
    slice.window = {127.5, 255};
    return slice;
}

} // namespace tiny
