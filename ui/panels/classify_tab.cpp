#include "ui/panels/classify_tab.h"

#include "ui/panels/adapt_form.h"
#include "ui/panels/class_bars.h"
#include "ui/panels/model_row.h"
#include "ui/panels/panel_parts.h"
#include "ui/panels/seen_picture.h"
#include "ui/text_size.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QScrollArea>

namespace ui {

namespace {

const QString kBetweenTemplates = QStringLiteral(" | ");

QStringList partsOf(const QString& text, const QRegularExpression& between)
{
    QStringList parts;
    for (const QString& part : text.split(between))
        if (!part.trimmed().isEmpty())
            parts << part.trimmed();
    return parts;
}

bool isCtrlReturn(const QKeyEvent& key)
{
    return (key.key() == Qt::Key_Return || key.key() == Qt::Key_Enter) && key.modifiers().testFlag(Qt::ControlModifier);
}

} // namespace

ClassifyTab::ClassifyTab(QWidget* parent)
    : QWidget(parent)
    , m_model(new ModelRow(tr("Model"), QStringLiteral("classifyModel")))
    , m_prompts(new ModelRow(tr("Learnt prompts"), QStringLiteral("classifyPrompts")))
    , m_seen(new SeenPicture(QStringLiteral("classifySeen")))
    , m_classes(new QPlainTextEdit)
    , m_findings(new QCheckBox(tr("Findings: each against “no …”")))
    , m_templates(new QLineEdit)
    , m_run(makeButton(tr("Classify"), QStringLiteral("classify"), ButtonRole::Primary))
    , m_timing(wrappedLabel("dim", QStringLiteral("classifyTiming")))
    , m_bars(new ClassBars)
    , m_adapt(new AdaptForm)
{
    makeParts();
    auto* column = new QVBoxLayout;
    fill(*column);
    auto* scroll = new QScrollArea;
    putIntoScroll(*scroll, *column);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(scroll);
    connect(m_run, &QPushButton::clicked, this, &ClassifyTab::run);
    connect(m_templates, &QLineEdit::returnPressed, this, &ClassifyTab::run);
    setLearnt(false, {});
    setState(false, false);
}

void ClassifyTab::makeParts()
{
    m_classes->setObjectName(QStringLiteral("classes"));
    m_classes->setAccessibleName(tr("Classes, one a line or with commas"));
    m_classes->setTabChangesFocus(true);
    m_classes->installEventFilter(this);
    followTextSize(m_classes, [this] { m_classes->setFixedHeight(4 * m_classes->fontMetrics().lineSpacing() + 16); });
    m_findings->setObjectName(QStringLiteral("classFindings"));
    m_findings->setToolTip(
        tr("Each name is there or not, by itself; otherwise the classes exclude each other and add up to 100 %"));
    m_templates->setObjectName(QStringLiteral("classTemplates"));
    m_templates->setAccessibleName(tr("Texts around the names"));
    m_templates->setToolTip(tr("{} stands for the name; | stands between several texts, whose mean is taken"));
    m_run->setToolTip(tr("Ask the model about the shown picture (Ctrl+Return in the classes, Return in the texts)"));
}

void ClassifyTab::fill(QVBoxLayout& column)
{
    const auto title = [](const QString& text, QWidget& of) {
        auto* label = new QLabel(text);
        label->setWordWrap(true);
        label->setBuddy(&of);
        return label;
    };
    column.addWidget(m_model);
    column.addWidget(m_prompts);
    column.addWidget(title(tr("Classes, one a line or with commas"), *m_classes));
    column.addWidget(m_classes);
    column.addWidget(m_findings);
    column.addWidget(title(tr("Texts around the names, {} for the name"), *m_templates));
    column.addWidget(m_templates);
    column.addWidget(m_run, 0, Qt::AlignLeft);
    column.addWidget(m_bars);
    column.addWidget(m_timing);
    column.addWidget(m_seen);
    column.addWidget(m_adapt);
    column.addStretch(1);
}

ClassWish ClassifyTab::wish() const
{
    static const QRegularExpression betweenClasses(QStringLiteral("[,\\n]"));
    static const QRegularExpression betweenTemplates(QStringLiteral("\\|"));
    return {partsOf(m_classes->toPlainText(), betweenClasses), m_findings->isEnabled() && m_findings->isChecked(),
        partsOf(m_templates->text(), betweenTemplates)};
}

void ClassifyTab::setClasses(const QString& text)
{
    m_classes->setPlainText(text);
}

void ClassifyTab::setTemplates(const QStringList& templates)
{
    m_templates->setText(templates.join(kBetweenTemplates));
    m_templates->setCursorPosition(0);
}

void ClassifyTab::setLearnt(bool learnt, const QStringList& classes)
{
    m_findings->setEnabled(!learnt);
    m_templates->setEnabled(!learnt);
    if (classes.isEmpty())
        setExamples({});
    else
        m_classes->setPlaceholderText(tr("of the prompts: %1").arg(classes.join(QStringLiteral(", "))));
}

void ClassifyTab::setExamples(const QStringList& classes)
{
    m_classes->setPlaceholderText(classes.isEmpty() ? tr("what the model is to tell apart")
                                                    : tr("for example:\n%1").arg(classes.join(QLatin1Char('\n'))));
}

void ClassifyTab::setState(bool canRun, bool running)
{
    m_run->setEnabled(canRun && !running);
    m_run->setText(running ? tr("Classifying…") : tr("Classify"));
}

void ClassifyTab::setTiming(const QString& text)
{
    m_timing->setText(text);
    m_timing->setVisible(!text.isEmpty());
}

void ClassifyTab::focusClasses()
{
    m_classes->setFocus();
}

void ClassifyTab::run()
{
    if (m_run->isEnabled())
        Q_EMIT runRequested();
}

void ClassifyTab::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    Q_EMIT shown();
}

/// Ctrl+Return asks this tab's model, where it would segment otherwise.
bool ClassifyTab::eventFilter(QObject* object, QEvent* event)
{
    const bool key = event->type() == QEvent::ShortcutOverride || event->type() == QEvent::KeyPress;
    if (object != m_classes || !key || !isCtrlReturn(*static_cast<QKeyEvent*>(event)))
        return QWidget::eventFilter(object, event);
    if (event->type() == QEvent::KeyPress)
        run();
    event->accept();
    return true;
}

} // namespace ui
