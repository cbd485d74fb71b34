#include "ui/panels/prior_report.h"

#include "ui/panels/panel_parts.h"

#include <QBoxLayout>
#include <QLabel>

namespace ui {

PriorReport::PriorReport(QWidget* parent)
    : QWidget(parent)
    , m_title(wrappedLabel("section", QStringLiteral("priorTitle")))
    , m_text(wrappedLabel("dim", QStringLiteral("priorText")))
{
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_title);
    column->addWidget(m_text);
    clear();
}

void PriorReport::setReport(const QString& title, const QString& text)
{
    m_title->setText(title);
    m_text->setText(breakable(text));
    m_text->setAccessibleName(title);
    m_title->setVisible(true);
    m_text->setVisible(true);
    setVisible(true);
}

void PriorReport::clear()
{
    m_title->clear();
    m_text->clear();
    setVisible(false);
}

} // namespace ui
