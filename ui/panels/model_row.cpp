#include "ui/panels/model_row.h"

#include "ui/panels/elided_label.h"
#include "ui/panels/panel_parts.h"

#include <QAction>
#include <QBoxLayout>
#include <QMenu>
#include <QPushButton>

namespace ui {

ModelRow::ModelRow(const QString& what, const QString& objectName, QWidget* parent)
    : QWidget(parent)
    , m_what(what)
    , m_name(new ElidedLabel)
    , m_choose(makeButton(tr("Choose…"), objectName + QStringLiteral("Choose")))
    , m_note(wrappedLabel("dim", objectName + QStringLiteral("Note")))
    , m_advice(wrappedLabel("hint", objectName + QStringLiteral("Advice")))
{
    m_name->setObjectName(objectName + QStringLiteral("Name"));
    m_name->setTextFormat(Qt::PlainText);
    m_choose->setAccessibleName(tr("Choose: %1").arg(what));
    auto* menu = new QMenu(m_choose);
    menu->addAction(tr("Folder…"), this, &ModelRow::folderWanted);
    menu->addAction(tr("File…"), this, &ModelRow::fileWanted);
    m_none = menu->addAction(tr("None"), this, &ModelRow::noneWanted);
    m_choose->setMenu(menu);
    auto* row = new QHBoxLayout;
    row->addWidget(m_name, 1);
    row->addWidget(m_choose);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(row);
    column->addWidget(m_note);
    column->addWidget(m_advice);
    setModel({}, {});
}

void ModelRow::setModel(const QString& name, const QString& place)
{
    m_name->setText(tr("%1: %2").arg(m_what, name.isEmpty() ? tr("none") : name));
    m_choose->setToolTip(place.toHtmlEscaped());
    m_none->setEnabled(!name.isEmpty());
}

void ModelRow::setNote(const QString& note)
{
    say(*m_note, note);
}

void ModelRow::setAdvice(const QString& advice)
{
    say(*m_advice, advice);
}

} // namespace ui
