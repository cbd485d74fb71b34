#include "annotations/report/text_variants.h"
#include "imaging/laterality.h"
#include "models/lvit/training/contrast_set.h"
#include "models/training/augment.h"
#include "models/weights/sha256.h"
#include "tests/unit/models/wild_training.h"

#include <nlohmann/json.hpp>

#include <QTest>

#include <fstream>
#include <span>

namespace {

/// Sentences with what trainings of 2026-11-29 drew of them. LIMN_RECORD=FILE writes the sentences again with what is
/// drawn today: that is for new sentences, never for others' draws, since a resumed training would show other texts.
constexpr const char* kRecord = "tests/data/lvit/drawn_texts.json";
constexpr int kEpochs = 40;

/// The text that is shown, and how the picture is turned and how far it may move because of it.
std::string drawn(const std::string& text, std::uint64_t seed, int epoch)
{
    const auto options = wildTraining(seed);
    const std::vector<std::string> texts{text}, none;
    const auto drawn = models::training::drawAugmentation(options.augmentation, options.seed, epoch, 7, texts);
    const auto free = models::training::drawAugmentation(options.augmentation, options.seed, epoch, 7, none);
    const auto one = annotations::aboutOneSide(text, drawn.sides);
    auto shown = annotations::withoutClauses(one ? *one : text, drawn.droppedClauses);
    if (drawn.flip)
        shown = imaging::swapSideWords(shown);
    const bool damped = models::training::zoneMovement(drawn) < models::training::zoneMovement(free) * 0.999F;
    return shown + "|" + std::to_string(drawn.quarterTurns) + (drawn.topDown ? "t" : "") + (damped ? "d" : "");
}

std::string digestOfDraws(const std::string& text)
{
    models::weights::Sha256 digest;
    for (const auto& variant : models::training::shownVariants(text, wildTraining().augmentation))
        digest.update(std::as_bytes(std::span(variant)));
    for (int epoch = 0; epoch < kEpochs; ++epoch) {
        const auto shown = drawn(text, std::uint64_t(epoch % 5), epoch);
        digest.update(std::as_bytes(std::span(shown)));
    }
    return digest.hexDigest().substr(0, 16);
}

nlohmann::json factsOf(const std::string& text)
{
    static const auto kDrawings = models::lvit::contrastDrawings(8, imaging::Sides::Picture);
    static const models::lvit::ContrastSet kSet(kDrawings, models::ContrastSimilarity::Words, nullptr);
    const auto words = annotations::readPlaceWords(text);
    const auto* nearest = kSet.nearest(text);
    int contrast = -1;
    for (std::size_t i = 0; nearest && i < kDrawings.size(); ++i)
        if (kDrawings[i].text == nearest->text)
            contrast = int(i);
    return {{"text", text}, {"zone", annotations::namesZone(text)}, {"place", annotations::namesPlace(text)},
        {"areas", words.areas}, {"lungs", words.zones}, {"contrast", contrast}, {"drawn", digestOfDraws(text)}};
}

nlohmann::json recorded()
{
    std::ifstream stream(kRecord);
    return nlohmann::json::parse(stream);
}

} // namespace

class TestDrawnTexts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void texts_are_drawn_as_they_always_were()
    {
        const auto record = recorded();
        QVERIFY(record["sentences"].size() > 400);
        for (const auto& facts : record["sentences"]) {
            const auto now = factsOf(facts["text"]);
            QVERIFY2(now == facts, (now.dump() + " was " + facts.dump()).c_str());
        }
    }

    void record()
    {
        const auto target = qEnvironmentVariable("LIMN_RECORD");
        if (target.isEmpty())
            QSKIP("Only with LIMN_RECORD=FILE.");
        std::ofstream stream(target.toStdString());
        const auto record = recorded();
        stream << "{\n\"about\": " << record["about"] << ",\n\"sentences\": [\n";
        const char* comma = "";
        for (const auto& facts : record["sentences"]) {
            stream << comma << factsOf(facts["text"]).dump();
            comma = ",\n";
        }
        stream << "\n]\n}\n";
        QVERIFY(stream.good());
    }
};

QTEST_GUILESS_MAIN(TestDrawnTexts)
#include "tst_drawn_texts.moc"
