#include "app/controllers/segment/model_choice.h"

#include "app/workflow/model_card.h"
#include "ui/panels/model_row.h"
#include "ui/qt_text.h"

#include <QCoreApplication>
#include <QFileDialog>
#include <QFileInfo>
#include <QStringList>

namespace app {

ModelChoice::ModelChoice(ui::ModelRow& row, const QString& settingsFile, const QString& purpose, const QString& advice,
    const std::filesystem::path& standard)
    : m_row(row)
    , m_kept(settingsFile, purpose)
    , m_advice(advice)
    , m_path(m_kept.isKept() ? std::filesystem::path(m_kept.last().toStdString()) : standard)
{
    connect(&row, &ui::ModelRow::folderWanted, this, [this] { askFor(true); });
    connect(&row, &ui::ModelRow::fileWanted, this, [this] { askFor(false); });
    connect(&row, &ui::ModelRow::noneWanted, this, [this] { choose({}); });
    describe();
}

QString ModelChoice::name() const
{
    const auto path = m_path.has_filename() ? m_path : m_path.parent_path();
    return ui::qt(path.filename().string());
}

void ModelChoice::askFor(bool folder)
{
    auto* dialog = new QFileDialog(m_row.window(), folder ? tr("Folder of the Model") : tr("File of the Model"),
        QFileInfo(ui::qt(m_path.string())).absolutePath());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(folder ? QFileDialog::Directory : QFileDialog::ExistingFile);
    connect(dialog, &QFileDialog::fileSelected, this, &ModelChoice::choose);
    dialog->open();
}

void ModelChoice::choose(const QString& path)
{
    m_path = path.toStdString();
    m_kept.remember(path);
    describe();
    Q_EMIT changed();
}

void ModelChoice::hideCard()
{
    m_hasCard = false;
    describe();
}

void ModelChoice::describe()
{
    m_row.setModel(name(), ui::qt(m_path.string()));
    m_row.setAdvice(m_path.empty() ? m_advice : QString());
    if (m_path.empty() || !m_hasCard)
        return m_row.setNote({});
    const auto card = readModelCard(m_path);
    QStringList parts;
    if (!card.domain.empty())
        parts << tr("Made for, as its folder says: %1.").arg(ui::qt(card.domain));
    QStringList data;
    for (const auto& one : card.data)
        data << ui::qt(one);
    if (!data.isEmpty())
        parts << tr("Learnt from, by its card: %1.").arg(data.join(QStringLiteral(", ")));
    m_row.setNote(parts.isEmpty()
            ? tr("Its folder does not say for which pictures it was made: one for photographs knows little of radiographs.")
            : parts.join(QLatin1Char(' ')));
}

QString sliceText(const imaging::Volume& volume, int slice)
{
    const int slices = volume.grid().slices;
    return slices > 1 ? QCoreApplication::translate("app::ModelChoice", "slice %1 of %2").arg(slice + 1).arg(slices)
                      : QCoreApplication::translate("app::ModelChoice", "the picture");
}

} // namespace app
