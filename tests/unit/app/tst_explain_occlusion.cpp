#include "app/workflow/open.h"
#include "models/facade/library.h"

#include <QDir>
#include <QFile>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numeric>
#include <vector>

namespace {

constexpr int kPatches = 7; ///< Along a side: about the size of a finding.

struct Case
{
    QString image;
    std::string text;
};

/// Every so-many-th case of the validation split of QaTa-COV19.
std::vector<Case> realCases(int count)
{
    const QDir folder(qEnvironmentVariable("LIMN_TEST_DATA") + "/qata-cov19-v2");
    QFile manifest(folder.filePath("manifest.csv"));
    std::vector<Case> all, chosen;
    if (!manifest.open(QIODevice::ReadOnly))
        return {};
    while (!manifest.atEnd()) {
        const QString line = QString::fromUtf8(manifest.readLine());
        if (line.startsWith("valid,") && line.contains('"'))
            all.push_back({folder.filePath(line.section(',', 1, 1)), line.section('"', 1, 1).toStdString()});
    }
    for (std::size_t i = 0; i < static_cast<std::size_t>(count) && !all.empty(); ++i)
        chosen.push_back(all[(2 * i + 1) * all.size() / (2 * static_cast<std::size_t>(count))]);
    return chosen;
}

/// Ranks from 0, equal values sharing the mean of theirs.
std::vector<double> ranksOf(const std::vector<double>& values)
{
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
    std::vector<double> ranks(values.size());
    for (std::size_t first = 0, last = 0; first < order.size(); first = last) {
        while (last < order.size() && values[order[last]] == values[order[first]])
            ++last;
        for (std::size_t i = first; i < last; ++i)
            ranks[order[i]] = static_cast<double>(first + last - 1) / 2;
    }
    return ranks;
}

/// Spearman's rank correlation; 0 when one side is constant.
double rankCorrelation(const std::vector<double>& a, const std::vector<double>& b)
{
    const auto x = ranksOf(a), y = ranksOf(b);
    const double mean = static_cast<double>(x.size() - 1) / 2;
    double xy = 0, xx = 0, yy = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        xy += (x[i] - mean) * (y[i] - mean);
        xx += (x[i] - mean) * (x[i] - mean);
        yy += (y[i] - mean) * (y[i] - mean);
    }
    return xx > 0 && yy > 0 ? xy / std::sqrt(xx * yy) : 0;
}

/// Calls work(column, row) for each pixel of a patch.
template <typename Work> void forPatch(int patch, int columns, int rows, Work work)
{
    const int x = patch % kPatches, y = patch / kPatches;
    for (int row = y * rows / kPatches; row < (y + 1) * rows / kPatches; ++row)
        for (int column = x * columns / kPatches; column < (x + 1) * columns / kPatches; ++column)
            work(static_cast<std::size_t>(row) * static_cast<std::size_t>(columns) + static_cast<std::size_t>(column));
}

std::vector<double> magnitudes(std::vector<double> values)
{
    for (auto& value : values)
        value = std::abs(value);
    return values;
}

/// How much the score falls when a patch is painted over with the picture's mean.
std::vector<double> occlusion(models::Segmenter& segmenter, const imaging::Slice& slice, const std::string& text,
    const models::Explanation& whole)
{
    const double mean =
        std::accumulate(slice.values.begin(), slice.values.end(), 0.0) / static_cast<double>(slice.values.size());
    std::vector<double> falls;
    for (int patch = 0; patch < kPatches * kPatches; ++patch) {
        auto hidden = slice;
        forPatch(patch, slice.columns, slice.rows,
            [&](std::size_t pixel) { hidden.values[pixel] = static_cast<float>(mean); });
        falls.push_back(whole.score - segmenter.explain(*segmenter.prepare(hidden), text, {"up1", whole.region}).score);
    }
    return falls;
}

std::vector<double> patchMeans(const models::Explanation& explanation)
{
    std::vector<double> means;
    for (int patch = 0; patch < kPatches * kPatches; ++patch) {
        double sum = 0;
        int pixels = 0;
        forPatch(patch, explanation.columns, explanation.rows, [&](std::size_t pixel) {
            sum += static_cast<double>(explanation.heat[pixel]);
            ++pixels;
        });
        means.push_back(sum / pixels);
    }
    return means;
}

} // namespace

/// Grad-CAM of the package that ships against what hiding parts of real X-rays does to the score.
class ExplainOcclusionTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void ranks_share_ties();
    void the_default_layer_agrees_with_hiding_parts_of_the_picture();
};

void ExplainOcclusionTest::ranks_share_ties()
{
    QCOMPARE(ranksOf({5, 1, 5, 0}), (std::vector<double>{2.5, 1, 2.5, 0}));
    QCOMPARE(rankCorrelation({1, 2, 3}, {10, 20, 400}), 1.0);
    QCOMPARE(rankCorrelation({1, 2, 3}, {3, 2, 1}), -1.0);
    QCOMPARE(rankCorrelation({1, 2, 3}, {7, 7, 7}), 0.0);
}

void ExplainOcclusionTest::the_default_layer_agrees_with_hiding_parts_of_the_picture()
{
    const int count = qEnvironmentVariableIntValue("LIMN_OCCLUSION_PICTURES");
    const auto cases = realCases(count > 0 ? count : 3);
    if (cases.empty())
        QSKIP("the data set qata-cov19-v2 is not in LIMN_TEST_DATA");
    const auto segmenter = models::library().openSegmenter(models::findPackage(""), "cpu");
    struct Correlation
    {
        std::string layer;
        double withFalls = 0;
        double withMagnitudes = 0;
    };
    std::vector<Correlation> correlations;
    for (const auto& layer : segmenter->layers())
        correlations.push_back({layer.name, 0, 0});
    for (const auto& one : cases) {
        const auto opened = app::openPicture(one.image.toStdString(), {}, {}, {});
        const auto slice = imaging::sliceOf(*opened.volume, 0);
        const auto prepared = segmenter->prepare(slice);
        const auto falls = occlusion(*segmenter, slice, one.text, segmenter->explain(*prepared, one.text, {"up1", {}}));
        for (auto& entry : correlations) {
            const auto heat = patchMeans(segmenter->explain(*prepared, one.text, {entry.layer, {}}));
            entry.withFalls += rankCorrelation(heat, falls) / static_cast<double>(cases.size());
            entry.withMagnitudes += rankCorrelation(heat, magnitudes(falls)) / static_cast<double>(cases.size());
        }
    }
    double ofDefault = -1;
    std::printf("Spearman's rank correlation with the occlusion map, mean over %zu X-rays: with the fall of the score, "
                "and with the size of its change\n",
        cases.size());
    for (const auto& [layer, withFalls, withMagnitudes] : correlations) {
        std::printf("  %-14s %6.3f %6.3f\n", layer.c_str(), withFalls, withMagnitudes);
        if (layer == models::kDefaultCamLayer)
            ofDefault = withMagnitudes;
    }
    QVERIFY2(ofDefault > 0.3, qPrintable(QString::number(ofDefault)));
}

QTEST_GUILESS_MAIN(ExplainOcclusionTest)
#include "tst_explain_occlusion.moc"
