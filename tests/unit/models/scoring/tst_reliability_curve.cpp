// What scores of a package are worth, as the picture on its card.

#include "models/scoring/reliability_curve.h"

#include <QDir>
#include <QFile>
#include <QXmlStreamReader>
#include <QtTest>

#include <nlohmann/json.hpp>

using models::scoring::MatchCalibration;
using models::scoring::reliabilityCurve;

class TestReliabilityCurve : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void points_lie_where_their_numbers_say();
    void without_points_there_is_none();
    void the_shipped_card_shows_what_its_config_says();
};

void TestReliabilityCurve::points_lie_where_their_numbers_say()
{
    const auto drawn = reliabilityCurve({0.5, {{0, 0}, {0.25, 0.5}, {1, 1}}});
    const auto text = QByteArray::fromStdString(drawn);
    for (const char* part : {"<path d=\"M60.0,320.0 L135.0,170.0 L360.0,20.0\"", "<circle cx=\"135.0\" cy=\"170.0\"", "M210.0,320.0 L210.0,20.0"})
        QVERIFY2(text.contains(part), part);
    QXmlStreamReader reader(text);
    while (!reader.atEnd())
        reader.readNext();
    QVERIFY2(!reader.hasError(), qPrintable(reader.errorString()));
}

void TestReliabilityCurve::without_points_there_is_none()
{
    QVERIFY(reliabilityCurve(MatchCalibration()).empty());
}

void TestReliabilityCurve::the_shipped_card_shows_what_its_config_says()
{
    const QDir package(QStringLiteral("resources/models/blip-qata"));
    QFile config(package.filePath("config.json")), curve(package.filePath("reliability.svg")), card(package.filePath("README.md"));
    for (QFile* file : {&config, &curve, &card})
        QVERIFY2(file->open(QIODevice::ReadOnly), qPrintable(file->fileName()));
    const auto said = nlohmann::json::parse(config.readAll().toStdString()).at("match_calibration");
    MatchCalibration calibration{said.at("threshold"), {}};
    for (const auto& point : said.at("points"))
        calibration.points.push_back({point.at(0), point.at(1)});
    QCOMPARE(curve.readAll(), QByteArray::fromStdString(reliabilityCurve(calibration)));
    QVERIFY(card.readAll().contains("](reliability.svg)"));
}

QTEST_GUILESS_MAIN(TestReliabilityCurve)
#include "tst_reliability_curve.moc"
