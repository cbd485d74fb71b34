#include "imaging/error.h"
#include "models/vision/picture_fit.h"
#include "models/vision/picture_resize.h"
#include "models/weights/sha256.h"
#include "tests/support/error_sentence.h"
#include "tests/unit/models/vlm_goldens.h"

#include <QtTest>

#include <rapidcheck.h>

#include <random>

using imaging::ErrorKind;
using models::vision::PictureBytes;
using models::vision::PictureFit;
using models::vision::SquareFit;

namespace {

std::string digestOf(const std::vector<std::uint8_t>& bytes)
{
    models::weights::Sha256 digest;
    digest.update(std::as_bytes(std::span(bytes)));
    return digest.hexDigest();
}

/// The golden's pictures: a formula of whole numbers with hard edges and steep ramps (`pixel_formula`).
PictureBytes goldenPicture(const nlohmann::json& entry)
{
    const int a = entry.at("a");
    const int b = entry.at("b");
    const int c = entry.at("c");
    const bool grey = entry.at("grey");
    PictureBytes picture{entry.at("width"), entry.at("height"), 3, {}};
    for (int y = 0; y < picture.height; ++y)
        for (int x = 0; x < picture.width; ++x)
            for (int channel = 0; channel < 3; ++channel) {
                const int k = grey ? 0 : channel;
                const int ramp = (x * x * a + y * y * b + x * y * c + k * 97 * (1 + x / 8)) >> 4;
                picture.bytes.push_back(static_cast<std::uint8_t>(ramp + 31 * ((x / 16 + y / 16) % 2) + k * 11));
            }
    return picture;
}

PictureFit fitOf(const nlohmann::json& output, const nlohmann::json& golden)
{
    const auto name = output.at("processor").get<std::string>();
    return {output.at("shape").at(2).get<int>(), name.starts_with("clip") ? SquareFit::CenterCrop : SquareFit::Squash,
        golden.at("mean").get<std::array<float, 3>>(), golden.at("std").get<std::array<float, 3>>()};
}

/// Noise, with runs of black and white that make the filter overshoot.
PictureBytes noise(int width, int height, int channels)
{
    std::mt19937 random(static_cast<unsigned>(width * 31 + height));
    PictureBytes picture{width, height, channels, {}};
    picture.bytes.resize(
        static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * static_cast<std::size_t>(channels));
    for (std::size_t i = 0; i < picture.bytes.size(); ++i)
        picture.bytes[i] = random() % 3 == 0 ? static_cast<std::uint8_t>(random()) : ((i / 7) % 2 == 0 ? 0 : 255);
    return picture;
}

} // namespace

class TestPictureFit : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void goldens_are_met_to_the_bit_data();
    void goldens_are_met_to_the_bit();
    void pillow_gives_the_same_bytes_data();
    void pillow_gives_the_same_bytes();
    void an_even_picture_stays_even();
    void a_picture_of_its_own_size_is_unchanged();
    void the_center_is_cropped();
    void grey_fills_all_channels();
    void what_cannot_be_resized_is_refused();

private:
    static void compareWithPillow(
        const QString& python, const PictureBytes& picture, const QList<int>& sizes, bool bilinear);
};

void TestPictureFit::goldens_are_met_to_the_bit_data()
{
    QTest::addColumn<int>("image");
    QTest::addColumn<int>("output");
    const auto golden = vlm_goldens::readJson(vlm_goldens::find("preprocess/golden.json"));
    int image = 0;
    for (const auto& entry : golden.at("images")) {
        int output = 0;
        for (const auto& item : entry.at("outputs")) {
            const auto name = std::to_string(image) + " " + item.at("processor").get<std::string>();
            QTest::newRow(name.c_str()) << image << output++;
        }
        ++image;
    }
}

void TestPictureFit::goldens_are_met_to_the_bit()
{
    QFETCH(int, image);
    QFETCH(int, output);
    const auto golden = vlm_goldens::readJson(vlm_goldens::find("preprocess/golden.json"));
    const auto& entry = golden.at("images").at(static_cast<std::size_t>(image));
    const auto& expected = entry.at("outputs").at(static_cast<std::size_t>(output));
    const auto picture = goldenPicture(entry);
    QCOMPARE(digestOf(picture.bytes), entry.at("sha256_rgb_bytes").get<std::string>());
    const auto fit = fitOf(expected, golden);
    const auto square = fittedPicture(picture.view(), fit);
    QCOMPARE(digestOf(square.bytes), expected.at("uint8_sha256_rgb_bytes").get<std::string>());
    const auto values = normalizedPicture(square.view(), fit);
    const auto places = expected.at("sample_index_chw").get<std::vector<std::size_t>>();
    const auto samples = expected.at("sample_value").get<std::vector<float>>();
    for (std::size_t i = 0; i < places.size(); ++i)
        QVERIFY2(values.at(places[i]) == samples[i], qPrintable(QString::number(places[i])));
}

void TestPictureFit::pillow_gives_the_same_bytes_data()
{
    QTest::addColumn<QList<int>>("from"); // width, height, channels
    QTest::addColumn<QList<int>>("sizes"); // pairs
    QTest::newRow("one pixel") << QList{1, 1, 3} << QList{1, 1, 224, 224, 3, 500};
    QTest::newRow("two pixels") << QList{2, 1, 3} << QList{1, 1, 5, 7, 224, 224};
    QTest::newRow("a column") << QList{1, 97, 3} << QList{224, 224, 1, 13};
    QTest::newRow("small") << QList{7, 5, 3} << QList{224, 224, 6, 5, 7, 6, 8, 4, 1, 1};
    QTest::newRow("grey") << QList{130, 171, 1} << QList{224, 224, 384, 384, 33, 200};
    QTest::newRow("four channels") << QList{65, 33, 4} << QList{32, 32, 131, 64};
    QTest::newRow("nearly the same size") << QList{225, 223, 3} << QList{224, 224, 226, 222};
    QTest::newRow("one edge stays") << QList{224, 300, 3} << QList{224, 224, 300, 300};
    QTest::newRow("large") << QList{2048, 1500, 3} << QList{224, 224, 384, 384, 480, 352};
    QTest::newRow("very large") << QList{3000, 2999, 1} << QList{224, 224, 3000, 17, 1, 1};
    QTest::newRow("wide") << QList{3000, 3, 3} << QList{224, 224, 3000, 2};
}

void TestPictureFit::pillow_gives_the_same_bytes()
{
    QFETCH(QList<int>, from);
    QFETCH(QList<int>, sizes);
    const QString python = qEnvironmentVariable("LIMN_PYTHON");
    if (!QFile::exists(python) || QProcess::execute(python, {"-c", "import PIL"}) != 0)
        QSKIP("Pillow is not installed in the private environment (LIMN_PYTHON).");
    const auto picture = noise(from[0], from[1], from[2]);
    for (const bool bilinear : {false, true})
        compareWithPillow(python, picture, sizes, bilinear);
}

void TestPictureFit::compareWithPillow(
    const QString& python, const PictureBytes& picture, const QList<int>& sizes, bool bilinear)
{
    QTemporaryDir folder;
    QFile in(folder.filePath("in"));
    QVERIFY(in.open(QIODevice::WriteOnly));
    in.write(reinterpret_cast<const char*>(picture.bytes.data()), static_cast<qint64>(picture.bytes.size()));
    in.close();
    QStringList arguments{"tests/support/pillow_resize.py", bilinear ? "bilinear" : "bicubic", in.fileName()};
    for (const int number : {picture.width, picture.height, picture.channels})
        arguments << QString::number(number);
    for (qsizetype i = 0; i < sizes.size(); i += 2)
        arguments << folder.filePath(QString::number(i)) << QString::number(sizes[i]) << QString::number(sizes[i + 1]);
    QCOMPARE(QProcess::execute(python, arguments), 0);
    for (qsizetype i = 0; i < sizes.size(); i += 2) {
        QFile out(folder.filePath(QString::number(i)));
        QVERIFY(out.open(QIODevice::ReadOnly));
        const auto expected = out.readAll();
        const auto resized = bilinear ? models::vision::resizedBilinear(picture.view(), sizes[i], sizes[i + 1])
                                      : models::vision::resizedBicubic(picture.view(), sizes[i], sizes[i + 1]);
        QVERIFY2(std::equal(resized.bytes.begin(), resized.bytes.end(), expected.begin(), expected.end(),
                     [](std::uint8_t a, char b) { return a == static_cast<std::uint8_t>(b); }),
            qPrintable(QString("%1 x %2").arg(sizes[i]).arg(sizes[i + 1])));
    }
}

void TestPictureFit::an_even_picture_stays_even()
{
    QVERIFY(rc::check("a picture of one colour has that colour at every size", [] {
        const auto size = [] { return *rc::gen::inRange(1, 90); };
        const auto value = *rc::gen::arbitrary<std::uint8_t>();
        PictureBytes picture{size(), size(), *rc::gen::inRange(1, 5), {}};
        picture.bytes.assign(static_cast<std::size_t>(picture.width * picture.height * picture.channels), value);
        const auto resized = models::vision::resizedBicubic(picture.view(), size(), size());
        RC_ASSERT(std::all_of(resized.bytes.begin(), resized.bytes.end(), [&](auto byte) { return byte == value; }));
    }));
}

void TestPictureFit::a_picture_of_its_own_size_is_unchanged()
{
    const auto picture = noise(31, 17, 3);
    QVERIFY(models::vision::resizedBicubic(picture.view(), 31, 17).bytes == picture.bytes);
}

void TestPictureFit::the_center_is_cropped()
{
    PictureBytes picture{5, 2, 1, {0, 1, 2, 3, 4, 10, 11, 12, 13, 14}};
    const PictureFit fit{2, SquareFit::CenterCrop};
    const std::vector<std::uint8_t> expected{1, 2, 11, 12};
    QVERIFY(fittedPicture(picture.view(), fit).bytes == expected);
    std::swap(picture.width, picture.height);
    QCOMPARE(fittedPicture(picture.view(), fit).height, 2);
}

void TestPictureFit::grey_fills_all_channels()
{
    const PictureBytes picture{1, 2, 1, {0, 255}};
    const auto values = normalizedPicture(picture.view(), {});
    QCOMPARE(values.size(), std::size_t{6});
    const PictureFit fit;
    for (std::size_t channel = 0; channel < 3; ++channel) {
        QCOMPARE(values[2 * channel], -fit.mean[channel] / fit.deviation[channel]);
        QCOMPARE(values[2 * channel + 1], (1 - fit.mean[channel]) / fit.deviation[channel]);
    }
}

void TestPictureFit::what_cannot_be_resized_is_refused()
{
    using support::sentence;
    const auto resize = [](const PictureBytes& picture, int width, int height) {
        return sentence(
            ErrorKind::InvalidInput, [&] { models::vision::resizedBicubic(picture.view(), width, height); });
    };
    const auto picture = noise(4, 4, 3);
    QVERIFY(resize({0, 4, 3, {}}, 2, 2).contains("0 x 4"));
    QVERIFY(resize({4, 4, 3, {1, 2}}, 2, 2).contains("2 bytes"));
    QVERIFY(resize({4, 4, 5, std::vector<std::uint8_t>(80)}, 2, 2).contains("5 channels"));
    QVERIFY(resize(picture, 0, 2).contains("0 x 2"));
    QVERIFY(resize(picture, 2, 70000).contains("2 x 70000"));
    QVERIFY(sentence(ErrorKind::InvalidInput, [&] {
        models::vision::croppedPicture(picture.view(), 1, 1, 4, 2);
    }).contains("reaches over the edge"));
    const auto strip = noise(3000, 1, 3);
    QVERIFY(sentence(ErrorKind::InvalidInput, [&] { fittedPicture(strip.view(), {}); }).contains("too narrow"));
    QVERIFY(sentence(ErrorKind::InvalidInput, [&] {
        normalizedPicture(noise(2, 2, 4).view(), {});
    }).contains("4 channels"));
}

QTEST_GUILESS_MAIN(TestPictureFit)
#include "tst_picture_fit.moc"
