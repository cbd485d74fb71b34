#include "app/controllers/relabel/case_reading.h"

namespace app {

QString journalKey(const std::filesystem::path& cohort, const std::string& reader, const annotations::Study& study)
{
    return QStringLiteral("cohort %1, %2, %3, mask %4")
        .arg(QString::fromStdString(cohort.string()), QString::fromStdString(reader),
            QString::fromStdString(study.name))
        .arg(study.maskRevision);
}

ShownCase readCase(const std::filesystem::path& folder, const CaseView& view, const QString& key,
    const JournalPlace& journals, std::stop_token stop, const imaging::Progress& progress)
{
    const annotations::Cohort cohort(folder);
    ShownCase shown{openCase(cohort, view.study, stop, progress), {}, {}};
    if (!shown.opened.volume)
        return shown;
    GivenMasks given{{labelOf(cohort)}, {}, shown.opened.slice};
    if (view.mask)
        given.voxels = view.mask->values;
    shown.work = prepareWork(journals, *shown.opened.volume, key, &given);
    shown.middle.emplace(shown.opened.volume, shown.opened.volume->grid().slices / 2);
    return shown;
}

} // namespace app
