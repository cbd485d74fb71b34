#include "app/controllers/edit/filter_text.h"

#include "app/controllers/edit/size_text.h"
#include "app/session/session.h"
#include "imaging/volume.h"
#include "ui/models/filter_table.h"
#include "ui/qt_text.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

namespace app {

namespace {

class FilterSentences
{
    Q_DECLARE_TR_FUNCTIONS(app::FilterController)
};

QString nameOfLabel(const Session& session, std::uint16_t value)
{
    const auto* label = session.label(value);
    return label ? ui::qt(label->name) : QString();
}

QString numberText(std::size_t voxels)
{
    return QLocale().toString(static_cast<qulonglong>(voxels));
}

/// "1,204 voxels (0.52 ml)"
QString amountText(std::size_t voxels, const imaging::Volume& picture)
{
    const bool inVoxels = picture.info().spacing == imaging::SpacingKind::Unknown || !picture.info().notRegular.empty();
    return inVoxels ? FilterSentences::tr("%1 voxels").arg(numberText(voxels))
                    : FilterSentences::tr("%1 voxels (%2)").arg(numberText(voxels), sizeText(voxels, picture));
}

} // namespace

QString filterStepName(const annotations::MaskFilter& filter, const Session& session)
{
    QString step = ui::filterRow(filter.kind).step;
    // In one go, as a name may have a %2 of its own.
    const QString label = nameOfLabel(session, session.activeLabel());
    if (step.contains(QLatin1String("%2")))
        return step.arg(label, nameOfLabel(session, filter.other));
    return step.contains(QLatin1String("%1")) ? step.arg(label) : step;
}

QString filterSentence(
    const QString& step, const annotations::FilterOutcome& outcome, const imaging::Volume& picture)
{
    QStringList parts;
    if (outcome.gained > 0)
        parts << FilterSentences::tr("%1 more").arg(amountText(outcome.gained, picture));
    if (outcome.lost > 0)
        parts << FilterSentences::tr("%1 less").arg(amountText(outcome.lost, picture));
    if (parts.isEmpty() && outcome.changed() > 0)
        parts << FilterSentences::tr("%1 changed").arg(amountText(outcome.changed(), picture));
    if (parts.isEmpty())
        parts << FilterSentences::tr("nothing had to be changed");
    if (outcome.fresh > 0)
        parts << FilterSentences::tr("%1 new labels").arg(outcome.fresh);
    if (outcome.kept > 0)
        parts << FilterSentences::tr("%1 voxels stay with labels that are locked, or that are not drawn over")
                     .arg(numberText(outcome.kept));
    return FilterSentences::tr("%1: %2.").arg(step, parts.join(QStringLiteral("; ")));
}

} // namespace app
