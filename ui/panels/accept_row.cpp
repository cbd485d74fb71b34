#include "ui/panels/accept_row.h"

#include "ui/panels/elided_label.h"

#include <QActionGroup>
#include <QHBoxLayout>
#include <QMenu>
#include <QPushButton>
#include <QShortcut>
#include <QToolButton>

namespace ui {

AcceptRow::AcceptRow(QWidget* parent)
    : QWidget(parent)
    , m_accept(new QPushButton)
    , m_choose(new QToolButton)
    , m_discard(new QPushButton(tr("Discard")))
    , m_line(new ElidedLabel)
    , m_takeBack(new QShortcut(QKeySequence(Qt::Key_Escape), this))
{
    m_accept->setObjectName(QStringLiteral("accept"));
    m_accept->setProperty("role", "primary");
    m_discard->setObjectName(QStringLiteral("discard"));
    m_discard->setToolTip(tr("Give the proposal up (Ctrl+D)"));
    m_line->setObjectName(QStringLiteral("acceptLine"));
    m_line->setProperty("role", "dim");
    makeMenu();
    auto* row = new QHBoxLayout;
    row->setSpacing(4);
    row->addWidget(m_accept, 1);
    row->addWidget(m_choose);
    row->addSpacing(4);
    row->addWidget(m_discard);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(row);
    column->addWidget(m_line);
    connect(m_accept, &QPushButton::clicked, this, &AcceptRow::acceptRequested);
    connect(m_discard, &QPushButton::clicked, this, &AcceptRow::discardRequested);
    connect(m_takeBack, &QShortcut::activated, this, &AcceptRow::takeBackRequested);
    setState(State::Off);
}

void AcceptRow::makeMenu()
{
    m_choose->setObjectName(QStringLiteral("acceptInto"));
    m_choose->setAccessibleName(tr("Which label accepting goes to"));
    m_choose->setToolTip(tr("A new label, or the one that is chosen in the Labels tab"));
    m_choose->setProperty("role", "choose");
    m_choose->setArrowType(Qt::DownArrow);
    m_choose->setPopupMode(QToolButton::InstantPopup);
    m_choose->setFocusPolicy(Qt::StrongFocus);
    auto* menu = new QMenu(m_choose);
    auto* group = new QActionGroup(menu);
    for (std::size_t i = 0; i < m_choices.size(); ++i) {
        m_choices[i] = menu->addAction(QString(), this, [this, i] {
            setInto(static_cast<AcceptInto>(i));
            Q_EMIT intoChanged(m_into);
        });
        m_choices[i]->setCheckable(true);
        group->addAction(m_choices[i]);
    }
    m_choose->setMenu(menu);
}

void AcceptRow::setState(State state)
{
    m_state = state;
    m_accept->setEnabled(state != State::Off);
    m_discard->setEnabled(state == State::Proposal);
    m_takeBack->setEnabled(state == State::Promised);
    describe();
}

void AcceptRow::setInto(AcceptInto into)
{
    m_into = into;
    describe();
}

void AcceptRow::setChosenLabel(const QString& name)
{
    m_chosen = name;
    describe();
}

void AcceptRow::setNewLabel(const QString& name)
{
    m_new = name;
    describe();
}

void AcceptRow::describe()
{
    constexpr int kNameWidth = 96;
    const QString chosen = fontMetrics().elidedText(m_chosen, Qt::ElideRight, kNameWidth);
    const std::array<QString, 3> texts{
        tr("Accept as new label"), tr("Add to “%1”").arg(chosen), tr("Replace “%1”").arg(chosen)};
    const std::array<QString, 3> lines{m_new.isEmpty() ? QString() : tr("new label “%1”").arg(m_new),
        tr("“%1” keeps what it has").arg(m_chosen),
        tr("“%1” is cleared first on the proposal's slices").arg(m_chosen)};
    const std::array<QString, 3> choices{tr("As a new label"), tr("Add to the chosen label, “%1”").arg(m_chosen),
        tr("Replace the chosen label, “%1”").arg(m_chosen)};
    const auto at = static_cast<std::size_t>(m_into);
    for (std::size_t i = 0; i < m_choices.size(); ++i) {
        m_choices[i]->setText(QString(choices[i]).replace(QLatin1Char('&'), QStringLiteral("&&")));
        m_choices[i]->setChecked(i == at);
    }
    const bool promised = m_state == State::Promised;
    m_accept->setText(
        promised ? tr("Accepts when it is there") : QString(texts[at]).replace(QLatin1Char('&'), QStringLiteral("&&")));
    m_accept->setToolTip(m_state == State::Running ? tr("Accept the answer as soon as it is there (A)")
            : promised                             ? tr("Press again, or Escape, to take it back")
                                                   : tr("Make the proposal a mask (A)"));
    m_line->setText(promised            ? tr("Escape takes it back: the answer is then a proposal")
            : m_state == State::Proposal ? lines[at]
                                         : QString());
}

} // namespace ui
