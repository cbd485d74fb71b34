#include "ui/panels/draw_over_button.h"

#include "ui/qt_text.h"
#include "ui/views/shown_picture.h"
#include "ui/views/view_state.h"

#include <QActionGroup>
#include <QMenu>

#include <algorithm>

namespace ui {

using annotations::DrawOver;

DrawOverButton::DrawOverButton(const ShownPicture& picture, ViewState& state, QWidget* parent)
    : QToolButton(parent)
    , m_picture(picture)
    , m_state(state)
    , m_menu(new QMenu(this))
{
    setObjectName(QStringLiteral("drawOver"));
    setProperty("role", "drop");
    setPopupMode(QToolButton::InstantPopup);
    setFocusPolicy(Qt::StrongFocus);
    setMenu(m_menu);
    m_menu->setObjectName(QStringLiteral("drawOverMenu"));
    connect(m_menu, &QMenu::aboutToShow, this, &DrawOverButton::fillMenu);
    connect(&state, &ViewState::drawRulesChanged, this, &DrawOverButton::describe);
    connect(&picture, &ShownPicture::overlayChanged, this, &DrawOverButton::describe);
    fillMenu();
    describe();
}

void DrawOverButton::fillMenu()
{
    m_menu->clear();
    const DrawOver over = m_state.drawRules().over;
    addChoice(tr("Everything"), over.mode == DrawOver::Mode::All, static_cast<int>(DrawOver::Mode::All), 0);
    addChoice(tr("Only Empty"), over.mode == DrawOver::Mode::BackgroundOnly,
        static_cast<int>(DrawOver::Mode::BackgroundOnly), 0);
    m_menu->addSeparator();
    for (const auto& label : m_picture.labels())
        addChoice(tr("Only Inside “%1”").arg(qt(label.name).replace(QLatin1Char('&'), QStringLiteral("&&"))),
            over == DrawOver{DrawOver::Mode::OnlyLabel, label.value}, static_cast<int>(DrawOver::Mode::OnlyLabel),
            label.value);
    m_menu->addSeparator();
    addRange();
}

void DrawOverButton::addChoice(const QString& text, bool checked, int mode, int label)
{
    QAction* action = m_menu->addAction(text, this, [this, mode, label] {
        auto rules = m_state.drawRules();
        rules.over = {static_cast<DrawOver::Mode>(mode), static_cast<std::uint16_t>(label)};
        m_state.setDrawRules(rules);
    });
    action->setCheckable(true);
    action->setChecked(checked);
}

void DrawOverButton::addRange()
{
    QAction* action = m_menu->addAction(tr("Only Values in a Range"), this, [this](bool checked) {
        auto rules = m_state.drawRules();
        rules.values = checked ? std::optional(m_state.paintRange()) : std::nullopt;
        m_state.setDrawRules(rules);
    });
    action->setCheckable(true);
    action->setChecked(m_state.drawRules().values.has_value());
    action->setEnabled(m_picture.volume() && m_picture.volume()->components() == 1);
}

QString DrawOverButton::overText() const
{
    const auto& over = m_state.drawRules().over;
    const auto& labels = m_picture.labels();
    const auto label = std::find_if(
        labels.begin(), labels.end(), [&](const auto& other) { return other.value == over.label; });
    switch (over.mode) {
    case DrawOver::Mode::BackgroundOnly:
        return tr("only empty");
    case DrawOver::Mode::OnlyLabel:
        return label != labels.end() ? tr("only “%1”").arg(qt(label->name)) : tr("only one label");
    case DrawOver::Mode::All:
        break;
    }
    return tr("all");
}

void DrawOverButton::describe()
{
    const auto& labels = m_picture.labels();
    const auto locked = std::count_if(labels.begin(), labels.end(), [](const auto& label) { return label.locked; });
    QString over = overText();
    if (over.size() > 24)
        over = over.left(22) + QChar(0x2026);
    QString text = tr("Draw over: %1").arg(over);
    if (m_state.drawRules().values)
        text += tr(", values");
    if (locked > 0)
        text += tr("  ·  %1 locked").arg(locked);
    setText(QString(text).replace(QLatin1Char('&'), QStringLiteral("&&")) + QStringLiteral(" ▾"));
    setAccessibleName(text);
    setToolTip(tr("What tools and proposals may change: %1. Locked and hidden labels never change.").arg(overText()));
}

} // namespace ui
