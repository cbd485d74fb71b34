#include "app/controllers/edit/size_text.h"

#include "imaging/volume.h"

#include <QCoreApplication>

namespace app {

namespace {

class SizeTexts
{
    Q_DECLARE_TR_FUNCTIONS(app::LabelController)
};

} // namespace

QString sizeText(std::size_t voxels, const imaging::Volume& picture)
{
    if (voxels == 0)
        return SizeTexts::tr("empty");
    const auto& info = picture.info();
    const auto& grid = picture.grid();
    const double squareMm = static_cast<double>(voxels) * grid.spacingMm[0] * grid.spacingMm[1];
    if (info.spacing == imaging::SpacingKind::Unknown || !info.notRegular.empty())
        return SizeTexts::tr("%1 px").arg(voxels);
    if (grid.slices == 1)
        return SizeTexts::tr("%1 cm²").arg(squareMm / 100, 0, 'f', 1);
    return SizeTexts::tr("%1 ml").arg(squareMm * grid.spacingMm[2] / 1000, 0, 'f', 2);
}

} // namespace app
