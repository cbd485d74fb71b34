#include "annotations/report/empty_texts.h"
#include "annotations/report/text_variants.h"
#include "imaging/laterality.h"
#include "models/facade/lvit_training.h"
#include "models/text/text_encoder.h"
#include "models/training/augment.h"
#include "models/training/batch.h"
#include "models/training/mask_halves.h"
#include "tests/unit/models/tiny_lvit.h"

#include <torch/types.h>

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <set>

using annotations::ShownSides;
using models::training::PictureHalf;

namespace {

const std::string kBoth = "bilateral pulmonary infection, two infected areas, all left lung and lower right lung.";

/// 8 x 8 with an area at the left edge and one at the right.
models::data::Dataset twoAreas()
{
    models::data::Dataset data;
    data.pictureSize = 8;
    data.samples = {{"both", {kBoth}}};
    for (int y = 0; y < 8; ++y)
        for (int x = 0; x < 8; ++x) {
            data.pictures.push_back(100);
            data.masks.push_back(x < 2 || (x >= 6 && y >= 4));
        }
    return data;
}

models::LvitTrainOptions everything()
{
    models::LvitTrainOptions options;
    options.augmentation.clauseDropProbability = 0.5;
    options.augmentation.oneSideProbability = 0.5;
    return options;
}

} // namespace

class TestTrainVariants : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void clauses_are_left_out_but_the_place_stays_data();
    void clauses_are_left_out_but_the_place_stays();
    void one_side_of_a_sentence_data();
    void one_side_of_a_sentence();
    void areas_belong_to_the_half_of_their_centre();
    void a_mask_with_areas_in_one_half_is_not_told_apart();
    void everything_that_can_be_drawn_is_among_the_variants();
    void without_the_settings_only_the_mirror_image_is_shown();
    void a_batch_shows_one_side_with_its_areas_data();
    void a_batch_shows_one_side_with_its_areas();
    void a_denial_is_shown_with_an_empty_mask();
    void paraphrases_are_shown_with_the_same_mask_and_are_among_the_variants();
    void the_other_side_is_empty_where_no_text_says_otherwise_data();
    void the_other_side_is_empty_where_no_text_says_otherwise();
};

void TestTrainVariants::clauses_are_left_out_but_the_place_stays_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<unsigned>("dropped");
    QTest::addColumn<QString>("expected");
    const QString text = "unilateral pulmonary infection, one infected area, lower left lung.";
    QTest::newRow("nothing") << text << 0U << text;
    QTest::newRow("finding") << text << 1U << "one infected area, lower left lung.";
    QTest::newRow("count") << text << 2U << "unilateral pulmonary infection, lower left lung.";
    QTest::newRow("both") << text << 3U << "lower left lung.";
    QTest::newRow("the last stays") << text << 7U << "lower left lung.";
    QTest::newRow("one clause") << "lower left lung" << 7U << "lower left lung";
    QTest::newRow("empty") << "" << 7U << "";
    QTest::newRow("later clauses stay") << "a, b, c, d, e" << 0xFFU << "d, e";
}

void TestTrainVariants::clauses_are_left_out_but_the_place_stays()
{
    QFETCH(QString, text);
    QFETCH(unsigned, dropped);
    QFETCH(QString, expected);
    QCOMPARE(QString::fromStdString(annotations::withoutClauses(text.toStdString(), dropped)), expected);
}

void TestTrainVariants::one_side_of_a_sentence_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("left");
    QTest::addColumn<QString>("right");
    QTest::newRow("both") << QString::fromStdString(kBoth) << "unilateral pulmonary infection, all left lung."
                          << "unilateral pulmonary infection, lower right lung.";
    QTest::newRow("right first") << "Effusion, right lung and left lung"
                                 << "Effusion, left lung"
                                 << "Effusion, right lung";
    for (const char* text :
        {"unilateral pulmonary infection, one infected area, lower left lung.", "", "left lung and right lung",
            "infection, left lung and left lung.", "infection, upper and lower left lung and right lung."})
        QTest::newRow(text) << text << ""
                            << "";
}

void TestTrainVariants::one_side_of_a_sentence()
{
    QFETCH(QString, text);
    QFETCH(QString, left);
    QFETCH(QString, right);
    const auto side = [&](ShownSides which) {
        return QString::fromStdString(annotations::aboutOneSide(text.toStdString(), which).value_or(""));
    };
    QCOMPARE(side(ShownSides::Left), left);
    QCOMPARE(side(ShownSides::Right), right);
    QCOMPARE(side(ShownSides::Both), QString());
}

void TestTrainVariants::areas_belong_to_the_half_of_their_centre()
{
    // An area that reaches over the middle, one that touches it only at a corner, and one of a pixel at the right edge.
    const std::vector<std::uint8_t> mask{1, 1, 1, 1, 0, 0, //
        0, 0, 0, 0, 1, 0, //
        0, 0, 0, 0, 0, 0, //
        0, 0, 0, 0, 0, 1, //
        0, 0, 0, 0, 0, 0, //
        0, 0, 0, 0, 0, 0};
    const auto left = models::training::areasOfHalf(mask, 6, PictureHalf::Left);
    const auto right = models::training::areasOfHalf(mask, 6, PictureHalf::Right);
    QVERIFY(left && right);
    QCOMPARE(std::count(left->begin(), left->end(), 1), 4);
    QCOMPARE(int((*right)[1 * 6 + 4]) + int((*right)[3 * 6 + 5]), 2);
    for (std::size_t i = 0; i < mask.size(); ++i)
        QCOMPARE(int((*left)[i]) + int((*right)[i]), int(mask[i]));
}

void TestTrainVariants::a_mask_with_areas_in_one_half_is_not_told_apart()
{
    const std::vector<std::uint8_t> oneArea{0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    for (const auto half : {PictureHalf::Left, PictureHalf::Right}) {
        QVERIFY(!models::training::areasOfHalf(oneArea, 4, half));
        QVERIFY(!models::training::areasOfHalf(std::vector<std::uint8_t>(16, 0), 4, half));
    }
}

void TestTrainVariants::everything_that_can_be_drawn_is_among_the_variants()
{
    const auto options = everything();
    const auto variants = models::training::shownVariants(kBoth, options.augmentation);
    QCOMPARE(QString::fromStdString(variants.front()), QString::fromStdString(kBoth));
    bool oneSide = false, shortened = false;
    for (std::int64_t index = 0; index < 300; ++index) {
        const auto drawn = models::training::drawAugmentation(
            options.augmentation, options.seed, 0, index, std::vector<std::string>{kBoth});
        const auto one = annotations::aboutOneSide(kBoth, drawn.sides);
        auto text = annotations::withoutClauses(one ? *one : kBoth, drawn.droppedClauses);
        oneSide = oneSide || one;
        shortened = shortened || drawn.droppedClauses != 0;
        if (drawn.flip)
            text = imaging::swapSideWords(text);
        QVERIFY2(std::find(variants.begin(), variants.end(), text) != variants.end(), text.c_str());
    }
    QVERIFY(oneSide && shortened);
}

void TestTrainVariants::without_the_settings_only_the_mirror_image_is_shown()
{
    const auto variants = models::training::shownVariants(kBoth, {});
    QCOMPARE(variants.size(), std::size_t(2));
    QCOMPARE(QString::fromStdString(variants[1]), QString::fromStdString(imaging::swapSideWords(kBoth)));
    for (std::int64_t index = 0; index < 50; ++index) {
        const auto drawn = models::training::drawAugmentation(
            {}, models::LvitTrainOptions().seed, 0, index, std::vector<std::string>{kBoth});
        QCOMPARE(drawn.droppedClauses, 0U);
        QVERIFY(drawn.sides == ShownSides::Both);
    }
}

void TestTrainVariants::a_batch_shows_one_side_with_its_areas_data()
{
    QTest::addColumn<bool>("patientSides");
    QTest::addColumn<bool>("flip");
    QTest::addColumn<bool>("atLeft"); // where the shown area lies in the batch
    QTest::newRow("picture's left") << false << false << true;
    QTest::newRow("picture's left, flipped") << false << true << false;
    QTest::newRow("patient's left") << true << false << false;
}

void TestTrainVariants::a_batch_shows_one_side_with_its_areas()
{
    QFETCH(bool, patientSides);
    QFETCH(bool, flip);
    QFETCH(bool, atLeft);
    QTemporaryDir folder;
    const auto path = std::filesystem::path(folder.path().toStdString()) / "bert";
    tiny::writeEncoder(path);
    models::text::TextEncoder encoder(path, models::text::TextConvention::Pieces);
    models::training::TextVectors texts(encoder, 12);
    const auto variants = models::training::shownVariants(kBoth, everything().augmentation);
    texts.add({variants.begin(), variants.end()}, {}, {});

    models::training::Augmentation augmentation;
    augmentation.sides = ShownSides::Left;
    augmentation.droppedClauses = 1;
    augmentation.flip = flip;
    const std::vector<std::int64_t> indices{0};
    const auto batch = models::training::makeBatch(twoAreas(), &texts, indices, std::span(&augmentation, 1),
        {1, patientSides ? imaging::Sides::Patient : imaging::Sides::Picture});
    const auto columns = batch.masks[0][0].sum(0); // [8]
    QCOMPARE(columns.slice(0, 0, 4).sum().item<float>() > 0, atLeft);
    QCOMPARE(columns.slice(0, 4, 8).sum().item<float>() > 0, !atLeft);
    QVERIFY(batch.texts[0].equal(texts.of(flip ? "all right lung." : "all left lung.")));
}

void TestTrainVariants::a_denial_is_shown_with_an_empty_mask()
{
    QTemporaryDir folder;
    const auto path = std::filesystem::path(folder.path().toStdString()) / "bert";
    tiny::writeEncoder(path, {"no", "pulmonary", "infection", "."});
    models::text::TextEncoder encoder(path, models::text::TextConvention::Pieces);
    models::training::TextVectors texts(encoder, 12);
    const auto denials = annotations::emptyTexts("Pulmonary infection");
    texts.add({denials.begin(), denials.end()}, {}, {});
    models::training::Augmentation augmentation;
    augmentation.emptyText = denials.size(); // The first again.
    const std::vector<std::int64_t> indices{0};
    const auto batch = models::training::makeBatch(twoAreas(), &texts, indices, std::span(&augmentation, 1),
        {1, imaging::Sides::Picture, {}, "Pulmonary infection"});
    QCOMPARE(batch.masks.sum().item<float>(), 0.0F);
    QVERIFY(batch.texts[0].equal(texts.of("No pulmonary infection.")));
    QVERIFY(batch.images.sum().item<float>() > 0);
}

void TestTrainVariants::paraphrases_are_shown_with_the_same_mask_and_are_among_the_variants()
{
    auto options = everything().augmentation;
    options.paraphraseProbability = 0.7;
    options.paraphrases = 6;
    const auto variants = models::training::shownVariants(kBoth, options);
    const std::set<std::string> known(variants.begin(), variants.end());
    int reworded = 0;
    for (std::int64_t index = 0; index < 300; ++index) {
        const auto drawn = models::training::drawAugmentation(options, 5, 0, index, std::vector<std::string>{kBoth});
        const auto one = annotations::aboutOneSide(kBoth, drawn.sides);
        auto text = annotations::withoutClauses(one ? *one : kBoth, drawn.droppedClauses);
        text = drawn.flip ? imaging::swapSideWords(text) : text;
        const auto shown = models::training::inOtherWords(text, drawn, options.paraphrases);
        reworded += shown != text;
        QVERIFY2(known.contains(shown), shown.c_str());
    }
    QVERIFY(reworded > 150 && reworded < 270);
    models::training::Augmentation plain;
    QCOMPARE(models::training::inOtherWords(kBoth, plain, 6), kBoth);
    plain.paraphrase = 3;
    QCOMPARE(models::training::inOtherWords("something else", plain, 6), std::string("something else"));
}

void TestTrainVariants::the_other_side_is_empty_where_no_text_says_otherwise_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("beside"); // another text of the picture
    QTest::addColumn<QString>("shown");
    QTest::addColumn<bool>("empty");
    QTest::newRow("only one side has it") << "Infected areas of the left lung."
                                          << "Both lungs."
                                          << "Infected areas of the right lung." << true;
    QTest::newRow("both sides have it") << "Left lung." << "Right lung." << "Left lung." << false;
    QTest::newRow("both sides in one text") << "left lung and right lung" << "" << "left lung and right lung" << false;
    QTest::newRow("bilateral") << "bilateral areas, left more" << "" << "bilateral areas, left more" << false;
    QTest::newRow("no side") << "two areas" << "" << "two areas" << false;
}

void TestTrainVariants::the_other_side_is_empty_where_no_text_says_otherwise()
{
    QFETCH(QString, text);
    QFETCH(QString, beside);
    QFETCH(QString, shown);
    QFETCH(bool, empty);
    QTemporaryDir folder;
    const auto path = std::filesystem::path(folder.path().toStdString()) / "bert";
    tiny::writeEncoder(path, {"of", "the", "both", "lungs", "bilateral", "and", "more"});
    models::text::TextEncoder encoder(path, models::text::TextConvention::Pieces);
    models::training::TextVectors texts(encoder, 12);
    texts.add({text.toStdString(), shown.toStdString()}, {}, {});
    auto data = twoAreas();
    data.samples = {
        {"picture", {beside.toStdString()}}, {"picture", {text.toStdString()}}, {"another", {shown.toStdString()}}};
    data.pictures.resize(3 * data.picturePixels(), 100);
    data.masks.resize(3 * data.picturePixels(), 1);
    models::training::Augmentation augmentation;
    augmentation.otherSide = true;
    const std::vector<std::int64_t> indices{1};
    const auto batch =
        models::training::makeBatch(data, &texts, indices, std::span(&augmentation, 1), {1, imaging::Sides::Patient});
    QCOMPARE(batch.masks.sum().item<float>() == 0, empty);
    QVERIFY(batch.texts[0].equal(texts.of(shown.toStdString())));
}

QTEST_GUILESS_MAIN(TestTrainVariants)
#include "tst_train_variants.moc"
