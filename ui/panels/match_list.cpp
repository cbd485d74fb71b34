#include "ui/panels/match_list.h"

#include "ui/panels/panel_parts.h"

#include <QBoxLayout>
#include <QLabel>

namespace ui {

MatchList::MatchList(QWidget* parent)
    : QWidget(parent)
    , m_title(wrappedLabel("section", QStringLiteral("matchTitle")))
    , m_column(new QVBoxLayout)
{
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_title);
    all->addLayout(m_column);
    clear();
}

void MatchList::setLines(const QString& title, const QList<MatchLine>& lines)
{
    clear();
    m_title->setText(title);
    m_title->setVisible(true);
    for (const auto& line : lines) {
        const bool low = !line.fits.value_or(line.probability >= kDoubtfulMatch);
        const QString what = line.text.isEmpty() ? tr("The whole text") : breakable(line.text);
        const QString number = QString::number(100 * line.share.value_or(line.probability), 'f', 0);
        auto* label = wrappedLabel(low ? "hint" : "plain", low ? QStringLiteral("matchLow") : QStringLiteral("matchLine"));
        label->setText(low
                ? tr("Warning: %1 %. The model finds that this does not fit the picture; check finding, side and "
                     "place: %2")
                      .arg(number, what)
                : tr("%1 %  %2").arg(number, what));
        m_column->addWidget(label);
        label->setVisible(true); // Not before it has a place: it would be a window.
    }
    setVisible(true);
}

void MatchList::clear()
{
    while (QLayoutItem* item = m_column->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    setVisible(false);
}

} // namespace ui
