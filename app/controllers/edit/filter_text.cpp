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

QString filterSentence(const QString& step, const annotations::FilterOutcome& outcome, std::size_t painted,
    const imaging::Volume& picture)
{
    QStringList parts;
    const bool all = painted == outcome.changed();
    const std::size_t kept = outcome.kept + outcome.changed() - painted;
    if (all && outcome.gained > 0)
        parts << FilterSentences::tr("%1 more").arg(amountText(outcome.gained, picture));
    if (all && outcome.lost > 0)
        parts << FilterSentences::tr("%1 less").arg(amountText(outcome.lost, picture));
    if (parts.isEmpty() && painted > 0)
        parts << FilterSentences::tr("%1 changed").arg(amountText(painted, picture));
    if (parts.isEmpty())
        parts << (kept > 0 ? FilterSentences::tr("nothing was changed") : FilterSentences::tr("nothing had to be changed"));
    if (outcome.fresh > 0)
        parts << FilterSentences::tr("%1 new labels").arg(outcome.fresh);
    if (kept > 0)
        parts << FilterSentences::tr("%1 voxels stay as they are: locked, or not to be drawn over").arg(numberText(kept));
    return FilterSentences::tr("%1: %2.").arg(step, parts.join(QStringLiteral("; ")));
}

} // namespace app
