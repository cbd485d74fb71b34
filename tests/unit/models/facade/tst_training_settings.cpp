#include "models/facade/blip2_settings.h"
#include "models/facade/blip_settings.h"
#include "models/facade/clip_settings.h"
#include "models/facade/language_settings.h"
#include "models/facade/lvit_settings.h"

#include "imaging/error.h"
#include "models/facade/training_json.h"

#include <QTest>

#include <algorithm>
#include <set>
#include <string>

namespace {

/// Names in settings files that were written before the general settings were told from LViT's.
const std::set<std::string> kLvitNames{"data", "output", "textEncoder", "textColumn", "imageColumn", "maskColumn",
    "trainSplit", "validationSplit", "name", "initialWeights", "network", "text", "plam", "width", "depth",
    "pictureSize", "channels", "classes", "tileSize", "tileOverlap", "emptySlices", "windowCentre", "windowWidth",
    "textTokens", "textUnits", "dropout", "loss", "optimizer", "learningRate", "weightDecay", "schedule", "batchSize",
    "epochs", "stepsPerEpoch", "earlyStopEpochs", "seed", "flipProbability", "brightnessJitter", "contrastJitter",
    "rotateDegrees", "zoom", "shift", "turnProbability", "clauseDropProbability", "oneSideProbability", "averageDecay",
    "gradientNorm",
    "halfPrecision", "labelledFraction", "unlabelled", "prototypeEpochs", "rampEpochs", "unlabelledWeight",
    "unlabelledPerStep", "epiDecay", "epiUpdate", "lvWeight", "contrastSet", "contrastSimilarity", "device", "threads",
    "loaderThreads", "cache", "resume", "saveMinutes", "saveHalf", "modalities", "bodyParts", "views", "textSides",
    "textWording", "finding", "warmUpEpochs", "warmUpRate", "stretch", "claheClip", "claheTiles", "claheSide",
    "deniedProbability", "otherSideProbability", "paraphraseProbability", "paraphrases", "gammaJitter", "windowJitter",
    "noise"};

std::set<std::string> namesOf(const std::vector<models::Setting>& settings)
{
    std::set<std::string> names;
    for (const auto& setting : settings)
        names.emplace(setting.name);
    return names;
}

} // namespace

/// A family that adds one setting to the general ones.
namespace family {

struct Options : models::TrainOptions
{
    static constexpr const char* kCommand = "limn adapt";

    int shots = 16;
};

std::vector<models::Setting> settingsOf(Options& options)
{
    auto all = models::settingsOf(static_cast<models::TrainOptions&>(options));
    all.emplace_back("shots", options.shots, "pictures of each class");
    return all;
}

} // namespace family

class TestTrainingSettings : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void settings_of_lvit_keep_their_names();
    void every_setting_of_lvit_has_a_place_of_its_own();
    void trainings_on_pairs_share_their_settings();
    void another_family_adds_its_own_to_the_general_ones();
    void settings_of_lvit_are_none_of_another_family();
};

void TestTrainingSettings::settings_of_lvit_keep_their_names()
{
    models::LvitTrainOptions options;
    const auto settings = models::settingsOf(options);
    QCOMPARE(settings.size(), kLvitNames.size());
    QVERIFY(namesOf(settings) == kLvitNames);
}

void TestTrainingSettings::every_setting_of_lvit_has_a_place_of_its_own()
{
    models::LvitTrainOptions options;
    std::set<const void*> places;
    std::size_t words = 0;
    for (const auto& setting : models::settingsOf(options))
        std::visit(
            [&](const auto& place) {
                if constexpr (std::is_pointer_v<std::remove_cvref_t<decltype(place)>>)
                    places.insert(place);
                else
                    ++words;
            },
            setting.place);
    QCOMPARE(places.size() + words, kLvitNames.size());
}

void TestTrainingSettings::trainings_on_pairs_share_their_settings()
{
    models::ClipTrainOptions clip;
    models::BlipTrainOptions blip;
    models::Blip2TrainOptions blip2;
    models::training::PairOptions pairs;
    const auto shared = namesOf(models::settingsOf(pairs));
    QVERIFY(shared.contains("epochs") && shared.contains("pictureSize") && shared.contains("flipProbability"));
    QVERIFY(!shared.contains("classes")); // Of masks they read where things are, not which.
    for (const auto& settings : {models::settingsOf(clip), models::settingsOf(blip), models::settingsOf(blip2)}) {
        const auto names = namesOf(settings);
        QCOMPARE(names.size(), settings.size()); // No name twice.
        QVERIFY(std::includes(names.begin(), names.end(), shared.begin(), shared.end()));
    }
    models::LanguageTrainOptions language;
    const auto ofTexts = namesOf(models::settingsOf(language));
    QVERIFY(ofTexts.contains("flipProbability") && ofTexts.contains("textTokens"));
    QVERIFY(!ofTexts.contains("pictureSize") && !ofTexts.contains("rotateDegrees")); // No picture is read.
    blip.objective = models::BlipObjective::Caption;
    blip.tower.visionWidth = 128;
    const auto read = models::optionsFromJson(models::optionsToJson(blip), models::BlipTrainOptions(), "x");
    QVERIFY(read.objective == models::BlipObjective::Caption);
    QCOMPARE(read.tower.visionWidth, 128);
}

void TestTrainingSettings::another_family_adds_its_own_to_the_general_ones()
{
    const auto options = models::optionsFromJson(
        R"({"learning-rate": 0.5, "optimizer": "adamw", "shots": 4})", family::Options(), "x.json");
    QCOMPARE(options.learningRate, 0.5);
    QVERIFY(options.optimizer == models::Optimizer::AdamW);
    QCOMPARE(options.shots, 4);
    const auto back = models::optionsFromJson(models::optionsToJson(options), family::Options(), "y.json");
    QVERIFY(back.shots == 4 && back.learningRate == 0.5 && back.optimizer == models::Optimizer::AdamW);
}

void TestTrainingSettings::settings_of_lvit_are_none_of_another_family()
{
    for (const char* name : {"maskColumn", "textSides", "unlabelled", "flipProbability", "rampEpochs"})
        try {
            models::optionsFromJson("{\"" + std::string(name) + "\": 1}", family::Options(), "x.json");
            QFAIL(name);
        } catch (const imaging::Error& error) {
            QVERIFY(QString(error.what()).contains("`limn adapt`"));
        }
}

QTEST_GUILESS_MAIN(TestTrainingSettings)
#include "tst_training_settings.moc"
