#include "ui/panels/class_bars.h"

#include "ui/panels/panel_parts.h"

#include <QGridLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>

#include <cmath>

namespace ui {

ClassBars::ClassBars(QWidget* parent)
    : QWidget(parent)
    , m_title(wrappedLabel("section", QStringLiteral("classTitle")))
    , m_column(new QVBoxLayout)
{
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_title);
    all->addLayout(m_column);
    clear();
}

void ClassBars::setBars(const QString& title, const QList<ClassBar>& bars)
{
    clear();
    m_title->setText(title);
    m_title->setVisible(true);
    for (const auto& bar : bars)
        m_column->addWidget(makeBar(bar));
    setVisible(true);
}

QPushButton* ClassBars::makeWhere(const QString& name)
{
    auto* where = makeButton(tr("Where"), QStringLiteral("classWhere"));
    where->setProperty("role", "choice");
    where->setCheckable(true);
    where->setAccessibleName(tr("Where the picture speaks for %1").arg(name));
    where->setToolTip(tr("Show in the picture where it speaks for this class (Grad-CAM)"));
    connect(where, &QPushButton::clicked, this,
        [this, name](bool down) { Q_EMIT whereRequested(down ? name : QString()); });
    m_where.insert(name, where);
    return where;
}

void ClassBars::setWhere(const QString& name)
{
    for (auto it = m_where.cbegin(); it != m_where.cend(); ++it)
        it.value()->setChecked(it.key() == name);
}

QWidget* ClassBars::makeBar(const ClassBar& bar)
{
    constexpr int kSteps = 1000;
    const QString number = tr("%1 %").arg(100 * bar.probability, 0, 'f', 1);
    const QString read = bar.texts.isEmpty() ? tr("learnt, not words") : bar.texts.join(QLatin1Char('\n'));
    auto* part = new QWidget;
    part->setToolTip(tr("What the model read:\n%1").arg(read).toHtmlEscaped().replace(
        QLatin1Char('\n'), QStringLiteral("<br>")));
    auto* name = new QLabel(bar.name);
    name->setObjectName(QStringLiteral("className"));
    name->setTextFormat(Qt::PlainText);
    name->setWordWrap(true);
    auto* value = new QLabel(number);
    value->setObjectName(QStringLiteral("classNumber"));
    auto* line = new QProgressBar;
    line->setObjectName(QStringLiteral("classBar"));
    line->setAccessibleName(tr("%1: %2, read as %3").arg(bar.name, number, read));
    line->setProperty("role", "model");
    line->setTextVisible(false);
    line->setRange(0, kSteps);
    line->setValue(std::isfinite(bar.probability) ? static_cast<int>(std::lround(kSteps * bar.probability)) : 0);
    auto* grid = new QGridLayout(part);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setVerticalSpacing(3);
    grid->addWidget(name, 0, 0);
    grid->addWidget(value, 0, 1, Qt::AlignRight | Qt::AlignTop);
    grid->addWidget(line, 1, 0, 1, 2);
    grid->addWidget(makeWhere(bar.name), 0, 2, 2, 1, Qt::AlignVCenter);
    grid->setColumnStretch(0, 1);
    return part;
}

void ClassBars::clear()
{
    m_where.clear();
    while (QLayoutItem* item = m_column->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    setVisible(false);
}

} // namespace ui
