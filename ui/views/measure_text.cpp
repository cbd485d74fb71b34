#include "ui/views/measure_text.h"

#include "imaging/volume.h"

#include <QCoreApplication>
#include <QStringList>

namespace ui {

namespace {

using annotations::MeasureKind;

QString said(const char* text)
{
    return QCoreApplication::translate("ui::Measures", text);
}

QString number(double value, int digits = 1)
{
    return QString::number(value, 'f', digits);
}

/// What millimetres are worth in the picture.
struct Unit
{
    explicit Unit(const imaging::Volume& volume)
        : known(volume.info().spacing != imaging::SpacingKind::Unknown)
        , atDetector(volume.info().spacing == imaging::SpacingKind::AtDetector)
        , pixelMm(volume.grid().spacingMm[0])
    {
    }

    QString length(double mm) const
    {
        if (!known)
            return said("%1 px").arg(number(mm / pixelMm));
        return (atDetector ? said("%1 mm at the detector") : said("%1 mm")).arg(number(mm));
    }

    QString area(double mm2) const
    {
        if (!known)
            return said("%1 px²").arg(number(mm2 / pixelMm / pixelMm, 0));
        return mm2 >= 100 ? said("%1 cm²").arg(number(mm2 / 100, 2)) : said("%1 mm²").arg(number(mm2));
    }

    bool known;
    bool atDetector;
    double pixelMm;
};

QString ellipseText(const annotations::Measurement& measurement, const imaging::Volume& volume)
{
    const auto values = valuesIn(measurement, volume);
    QStringList lines{Unit(volume).area(values.area)};
    if (volume.components() != 1)
        return lines.first();
    if (values.pixels == 0)
        return lines.first() + QLatin1Char('\n') + said("no values inside");
    const QString unit = volume.info().unit.empty() ? QString() : QLatin1Char(' ') + QString::fromStdString(volume.info().unit);
    lines.prepend(said("mean %1%2  ·  SD %3").arg(number(values.mean), unit, number(values.deviation)));
    lines.insert(1, said("%1 to %2%3").arg(number(values.minimum, 0), number(values.maximum, 0), unit));
    return lines.join(QLatin1Char('\n'));
}

} // namespace

QString measurementText(const annotations::Measurement& measurement, const imaging::Volume& volume)
{
    if (measurement.points.size() < pointsOf(measurement.kind)) {
        const bool hasLine = measurement.points.size() >= 2 && measurement.kind == MeasureKind::CardiothoracicRatio;
        return hasLine ? Unit(volume).length(lengthOf(measurement)) : QString();
    }
    switch (measurement.kind) {
    case MeasureKind::Length:
        return Unit(volume).length(lengthOf(measurement));
    case MeasureKind::Angle:
        return said("%1°").arg(number(degreesOf(measurement)));
    case MeasureKind::Cobb:
        return said("Cobb %1°").arg(number(degreesOf(measurement)));
    case MeasureKind::CardiothoracicRatio:
        return said("CTR %1  (%2 : %3)")
            .arg(number(ratioOf(measurement), 2), Unit(volume).length(lengthOf(measurement, 0)),
                Unit(volume).length(lengthOf(measurement, 1)));
    case MeasureKind::Ellipse:
        break;
    }
    return ellipseText(measurement, volume);
}

QString nameOf(MeasureKind kind)
{
    switch (kind) {
    case MeasureKind::Length:
        return said("Ruler");
    case MeasureKind::Angle:
        return said("Angle");
    case MeasureKind::Cobb:
        return said("Cobb Angle");
    case MeasureKind::CardiothoracicRatio:
        return said("Cardiothoracic Ratio");
    case MeasureKind::Ellipse:
        break;
    }
    return said("Ellipse");
}

} // namespace ui
