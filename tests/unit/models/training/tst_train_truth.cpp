#include "annotations/report/text_variants.h"
#include "imaging/error.h"
#include "imaging/laterality.h"
#include "models/data/csv.h"
#include "models/facade/lvit_training.h"
#include "models/text/text_encoder.h"
#include "models/training/augment.h"
#include "models/training/augment_frame.h"
#include "models/training/batch.h"
#include "tests/unit/models/tiny_lvit.h"
#include "tests/unit/models/wild_training.h"

#include <torch/types.h>

#include <QTemporaryDir>
#include <QTest>

#include <rapidcheck.h>

#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <utility>

namespace {

constexpr int kSize = 96;
constexpr double kDisc = 3.5; ///< Radius in pixels
constexpr const char* kZones[] = {"upper", "middle", "lower"};
constexpr const char* kSides[] = {"left", "right"};

/// Zones of both lungs: [side][zone], as the texts of QaTa name them.
using Zones = std::array<std::array<bool, 3>, 2>;

/// "middle lower left lung"; "all left lung" for three zones in LViT's wording.
std::string phrase(const Zones& zones, int side, bool sayAll)
{
    std::string words;
    for (int zone = 0; zone < 3; ++zone)
        words += zones[side][zone] ? std::string(kZones[zone]) + " " : "";
    const bool all = zones[side][0] && zones[side][1] && zones[side][2];
    return (all && sayAll ? std::string("all ") : words) + kSides[side] + " lung";
}

bool isAffected(const Zones& zones, int side)
{
    return zones[side][0] || zones[side][1] || zones[side][2];
}

/// A text of the manifest's grammar (columns text_lvit and text_zones of QaTa-COV19).
std::string textOf(const Zones& zones, bool sayAll)
{
    const bool both = isAffected(zones, 0) && isAffected(zones, 1);
    const std::string where = both ? phrase(zones, 0, sayAll) + " and " + phrase(zones, 1, sayAll)
                                   : phrase(zones, isAffected(zones, 0) ? 0 : 1, sayAll);
    return std::string(both ? "bilateral" : "unilateral") + " pulmonary infection, two infected areas, " + where + ".";
}

/// The zones that a text's last clause names.
Zones zonesOf(const std::string& text)
{
    Zones zones{};
    const auto where = text.substr(text.rfind(", ") == std::string::npos ? 0 : text.rfind(", ") + 2);
    std::istringstream words(where);
    std::set<std::string> pending;
    for (std::string word; words >> word;) {
        for (int side = 0; side < 2; ++side)
            if (word == kSides[side]) {
                for (int zone = 0; zone < 3; ++zone)
                    zones[side][zone] = zones[side][zone] || pending.contains(kZones[zone]) || pending.contains("all");
                pending.clear();
            }
        pending.insert(word);
    }
    return zones;
}

/// Middle of a zone, as a fraction of the picture. "left" is the picture's.
std::array<double, 2> middleOf(int side, int zone)
{
    return {side == 0 ? 0.27 : 0.73, 0.26 + 0.24 * zone};
}

/// A small disc in the middle of each zone that is affected.
models::data::Dataset pictureOf(const Zones& zones, const std::string& text)
{
    models::data::Dataset data;
    data.pictureSize = kSize;
    data.samples = {{"x", {text}}};
    data.pictures.assign(kSize * kSize, 90);
    data.masks.assign(kSize * kSize, 0);
    for (int side = 0; side < 2; ++side)
        for (int zone = 0; zone < 3; ++zone)
            for (int pixel = 0; zones[side][zone] && pixel < kSize * kSize; ++pixel) {
                const auto [x, y] = middleOf(side, zone);
                if (std::hypot(pixel % kSize - x * kSize, pixel / kSize - y * kSize) < kDisc)
                    data.masks[std::size_t(pixel)] = 1;
            }
    return data;
}

/// Side and zone whose middle lies nearest to a pixel.
std::pair<int, int> nearestZone(int pixel)
{
    double nearest = 1e9;
    std::pair<int, int> best;
    for (int side = 0; side < 2; ++side)
        for (int zone = 0; zone < 3; ++zone) {
            const auto [x, y] = middleOf(side, zone);
            const double distance = std::hypot(pixel % kSize - x * kSize, pixel / kSize - y * kSize);
            if (distance < nearest) {
                nearest = distance;
                best = {side, zone};
            }
        }
    return best;
}

/// The zones in which a good part of a disc lies.
Zones zonesOf(const at::Tensor& mask)
{
    std::array<std::array<int, 3>, 2> pixels{};
    const auto* values = mask.const_data_ptr<float>();
    for (int pixel = 0; pixel < kSize * kSize; ++pixel)
        if (values[pixel] != 0) {
            const auto [side, zone] = nearestZone(pixel);
            ++pixels[std::size_t(side)][std::size_t(zone)];
        }
    Zones zones{};
    for (int side = 0; side < 2; ++side)
        for (int zone = 0; zone < 3; ++zone)
            zones[side][zone] = pixels[std::size_t(side)][std::size_t(zone)] > 0.3 * 3.14 * kDisc * kDisc;
    return zones;
}

} // namespace

class TestTrainTruth : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void words_of_place_are_known_data();
    void words_of_place_are_known();
    void every_shown_text_is_true_of_its_mask();
    void every_text_of_the_real_manifest_follows_the_grammar();
    void texts_without_a_place_are_turned_every_way();
    void movements_are_damped_where_a_zone_is_named();
    void turns_go_the_way_they_say();
    void soft_masks_are_turned_as_pictures_are_and_back();
    void classes_with_sides_change_places_when_flipped();

private:
    QTemporaryDir m_folder;
    std::unique_ptr<models::text::TextEncoder> m_encoder;
};

void TestTrainTruth::initTestCase()
{
    const auto path = std::filesystem::path(m_folder.path().toStdString()) / "bert";
    tiny::writeEncoder(path, {"all", "middle", "unilateral", "bilateral", "pulmonary", "infection", "and", "."});
    m_encoder = std::make_unique<models::text::TextEncoder>(path, models::text::TextConvention::Pieces);
}

void TestTrainTruth::words_of_place_are_known_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("zone");
    QTest::addColumn<bool>("place");
    QTest::newRow("zone") << "Consolidation in the lower left lobe" << true << true;
    QTest::newRow("only a side") << "right-sided effusion" << false << true;
    QTest::newRow("only how many sides") << "Bilateral infiltrates" << false << true;
    QTest::newRow("in capitals") << "BASAL opacity" << true << true;
    QTest::newRow("part of a word") << "MIDZONE haze" << true << true;
    QTest::newRow("nothing") << "two infected areas, dense" << false << false;
    QTest::newRow("inside other words") << "hypertopic, flower-like" << false << false;
    QTest::newRow("empty") << "" << false << false;
}

void TestTrainTruth::words_of_place_are_known()
{
    QFETCH(QString, text);
    QFETCH(bool, zone);
    QFETCH(bool, place);
    QCOMPARE(annotations::namesZone(text.toStdString()), zone);
    QCOMPARE(annotations::namesPlace(text.toStdString()), place);
}

void TestTrainTruth::every_shown_text_is_true_of_its_mask()
{
    std::map<std::string, Zones> all;
    for (int bits = 1; bits < 64; ++bits) {
        Zones zones{};
        for (int bit = 0; bit < 6; ++bit)
            zones[bit / 3][bit % 3] = (bits >> bit & 1) != 0;
        all.emplace(textOf(zones, true), zones);
        all.emplace(textOf(zones, false), zones);
    }
    models::training::TextVectors texts(*m_encoder, 32);
    std::set<std::string> shown;
    for (const auto& [text, zones] : all)
        for (const auto& variant : models::training::shownVariants(text, wildTraining(0).augmentation))
            shown.insert(variant);
    texts.add(shown, {}, {});
    // Which of the shown texts a batch has taken is told by its vectors.
    std::map<std::string, std::string> byVectors;
    const auto key = [](const at::Tensor& vectors) {
        const auto own = vectors.contiguous();
        return std::string(static_cast<const char*>(own.const_data_ptr()), std::size_t(own.nbytes()));
    };
    for (const auto& text : shown)
        QVERIFY(byVectors.emplace(key(texts.of(text)), text).second);

    const bool ok = rc::check([&] {
        const auto options = wildTraining(*rc::gen::arbitrary<std::uint64_t>());
        for (const auto& [text, zones] : all) {
            const auto data = pictureOf(zones, text);
            const auto augmentation =
                models::training::drawAugmentation(options.augmentation, options.seed, 0, 0, data.samples[0].texts);
            const std::int64_t index = 0;
            const auto batch = models::training::makeBatch(
                data, &texts, std::span(&index, 1), std::span(&augmentation, 1), {1, imaging::Sides::Picture});
            const auto said = byVectors.at(key(batch.texts[0]));
            RC_LOG() << text << " -> " << said << '\n';
            const auto saidZones = zonesOf(said), shownZones = zonesOf(batch.masks[0]);
            if (annotations::namesZone(text)) {
                RC_ASSERT(saidZones == shownZones);
            } else { // "all left lung" stays true whatever part of it a movement cuts off.
                RC_ASSERT(isAffected(saidZones, 0) == isAffected(shownZones, 0));
                RC_ASSERT(isAffected(saidZones, 1) == isAffected(shownZones, 1));
            }
        }
    });
    QVERIFY(ok);
}

void TestTrainTruth::every_text_of_the_real_manifest_follows_the_grammar()
{
    const auto file =
        std::filesystem::path(qEnvironmentVariable("LIMN_TEST_DATA").toStdString()) / "qata-cov19-v2/manifest.csv";
    if (!std::filesystem::exists(file))
        QSKIP("The QaTa-COV19 data set is not there (LIMN_TEST_DATA).");
    const auto table = models::data::readCsv(file);
    std::set<std::string> odd;
    std::size_t understood = 0;
    for (const auto* column : {"text_lvit", "text_zones"})
        for (const auto& row : table.rows) {
            const auto& text = row.fields[std::size_t(table.column(column))];
            if (text.empty())
                continue;
            const auto zones = zonesOf(text);
            const auto mirrored = zonesOf(imaging::swapSideWords(text));
            QVERIFY2(zones[0] == mirrored[1] && zones[1] == mirrored[0], text.c_str());
            QVERIFY2(annotations::namesPlace(text), text.c_str());
            if (isAffected(zones, 0) || isAffected(zones, 1))
                ++understood;
            else
                odd.insert(text);
        }
    QVERIFY2(understood > 14000 && odd.size() < 5, qPrintable(QString::number(odd.size())));
}

void TestTrainTruth::texts_without_a_place_are_turned_every_way()
{
    models::LvitTrainOptions options;
    options.augmentation.turnProbability = 1;
    std::set<std::pair<int, bool>> ways;
    for (int index = 0; index < 200; ++index) {
        const auto free = models::training::drawAugmentation(
            options.augmentation, options.seed, 0, index, std::vector<std::string>{"purple nuclei"});
        ways.emplace(free.quarterTurns, free.topDown);
        for (const char* text : {"lower lung", "left lung", "bilateral infection"}) {
            const auto bound = models::training::drawAugmentation(
                options.augmentation, options.seed, 0, index, std::vector<std::string>{text});
            QVERIFY(bound.quarterTurns == 0 && !bound.topDown);
            QCOMPARE(bound.flip, free.flip);
        }
    }
    QCOMPARE(ways.size(), std::size_t(8));
}

void TestTrainTruth::movements_are_damped_where_a_zone_is_named()
{
    auto options = wildTraining(3);
    float most = 0;
    for (int index = 0; index < 500; ++index) {
        const auto free = models::training::drawAugmentation(
            options.augmentation, options.seed, 0, index, std::vector<std::string>{"two areas"});
        const auto side = models::training::drawAugmentation(
            options.augmentation, options.seed, 0, index, std::vector<std::string>{"left lung"});
        const auto bound = models::training::drawAugmentation(
            options.augmentation, options.seed, 0, index, std::vector<std::string>{"upper left lung"});
        most = std::max(most, models::training::zoneMovement(free));
        QVERIFY(models::training::zoneMovement(bound) <= models::training::kMostZoneMovement * 1.01F);
        QVERIFY(models::training::zoneMovement(side) <= models::training::kMostSideMovement * 1.01F);
        if (models::training::zoneMovement(free) <= models::training::kMostZoneMovement)
            QCOMPARE(bound.radians, free.radians);
    }
    QVERIFY(most > 2 * models::training::kMostZoneMovement);
}

void TestTrainTruth::turns_go_the_way_they_say()
{
    models::data::Dataset data;
    data.pictureSize = 3;
    data.samples = {{"x", {}}};
    data.pictures = {0, 0, 255, 0, 0, 0, 0, 0, 0}; // upper right
    data.masks = {0, 0, 1, 0, 0, 0, 0, 0, 0};
    const auto brightest = [&](int turns, bool topDown, bool flip) {
        models::training::Augmentation augmentation;
        augmentation.quarterTurns = turns;
        augmentation.topDown = topDown;
        augmentation.flip = flip;
        const std::int64_t index = 0;
        const auto batch =
            models::training::makeBatch(data, nullptr, std::span(&index, 1), std::span(&augmentation, 1), {1});
        return batch.images.argmax().item<std::int64_t>() == batch.masks.argmax().item<std::int64_t>()
            ? batch.images.argmax().item<int>()
            : -1;
    };
    QCOMPARE(brightest(0, false, false), 2);
    QCOMPARE(brightest(1, false, false), 0); // counterclockwise
    QCOMPARE(brightest(2, false, false), 6);
    QCOMPARE(brightest(3, false, false), 8);
    QCOMPARE(brightest(0, true, false), 8);
    QCOMPARE(brightest(0, false, true), 0);
    QCOMPARE(brightest(1, true, false), 2); // first the flip: lower right, then turned
}

void TestTrainTruth::soft_masks_are_turned_as_pictures_are_and_back()
{
    models::data::Dataset data;
    data.pictureSize = 4;
    data.samples = {{"x", {}}};
    for (int pixel = 0; pixel < 16; ++pixel) {
        data.pictures.push_back(std::uint8_t(16 * pixel));
        data.masks.push_back(0);
    }
    const std::int64_t index = 0;
    const auto own = models::training::makeBatch(data, nullptr, std::span(&index, 1), {}, {1}).images[0];
    for (int way = 0; way < 16; ++way) {
        models::training::Augmentation augmentation;
        augmentation.quarterTurns = way % 4;
        augmentation.topDown = (way & 4) != 0;
        augmentation.flip = (way & 8) != 0;
        const auto shown =
            models::training::makeBatch(data, nullptr, std::span(&index, 1), std::span(&augmentation, 1), {1})
                .images[0];
        QVERIFY(models::training::toShownFrame(own, augmentation).equal(shown));
        QVERIFY(models::training::toOwnFrame(shown, augmentation).values.equal(own));
    }
}

void TestTrainTruth::classes_with_sides_change_places_when_flipped()
{
    QVERIFY((models::training::mirroredClasses({"left lung", "heart", "right lung"})
        == std::vector<std::uint8_t>{0, 3, 2, 1}));
    QVERIFY(models::training::mirroredClasses({"nucleus", "stroma"}).empty());
    QVERIFY_THROWS_EXCEPTION(imaging::Error, models::training::mirroredClasses({"left lung", "heart"}));
    models::data::Dataset data;
    data.pictureSize = 2;
    data.samples = {{"x", {}}};
    data.pictures = {0, 0, 0, 0};
    data.masks = {1, 2, 1, 0};
    models::training::Augmentation augmentation;
    augmentation.flip = true;
    const std::int64_t index = 0;
    const auto batch = models::training::makeBatch(data, nullptr, std::span(&index, 1), std::span(&augmentation, 1),
        {1, imaging::Sides::Picture, models::training::mirroredClasses({"left lung", "right lung"})});
    QVERIFY(batch.masks.flatten().equal(torch::tensor({1.0F, 2.0F, 0.0F, 2.0F})));
}

QTEST_GUILESS_MAIN(TestTrainTruth)
#include "tst_train_truth.moc"
