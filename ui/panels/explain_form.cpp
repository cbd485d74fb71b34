#include "ui/panels/explain_form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSlider>

#include <algorithm>

namespace ui {

namespace {

QComboBox* makeChoice(const QString& objectName, const QString& name)
{
    auto* box = new QComboBox;
    box->setObjectName(objectName);
    box->setAccessibleName(name);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(8);
    return box;
}

} // namespace

ExplainForm::ExplainForm(QWidget* parent)
    : QWidget(parent)
    , m_explain(new QPushButton(tr("Explain")))
    , m_layer(makeChoice(QStringLiteral("explainLayer"), tr("Layer of the network to explain")))
    , m_which(makeChoice(QStringLiteral("explainWhich"), tr("Heat with or without the sentence")))
    , m_show(new QCheckBox(tr("Heat")))
    , m_opacity(new QSlider(Qt::Horizontal))
    , m_result(new QLabel)
{
    m_explain->setObjectName(QStringLiteral("explain"));
    m_explain->setToolTip(
        tr("Show which parts of the picture speak for the mask: Grad-CAM of the proposal, of the chosen label's mask, "
           "or of what the model draws (G; H hides and shows the heat)"));
    m_which->addItems({tr("with the sentence"), tr("without a sentence")});
    m_show->setObjectName(QStringLiteral("showHeat"));
    m_show->setChecked(true);
    m_opacity->setObjectName(QStringLiteral("heatOpacity"));
    m_opacity->setAccessibleName(tr("Opacity of the heat"));
    m_opacity->setRange(0, 100);
    m_opacity->setValue(65);
    m_result->setObjectName(QStringLiteral("explainResult"));
    m_result->setProperty("role", "dim");
    m_result->setTextFormat(Qt::PlainText);
    m_result->setWordWrap(true);
    m_result->setVisible(false);
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->addWidget(m_explain, 0, 0);
    grid->addWidget(m_layer, 0, 1);
    grid->addWidget(m_show, 1, 0);
    grid->addWidget(m_which, 1, 1);
    grid->addWidget(m_opacity, 2, 0, 1, 2);
    grid->addWidget(m_result, 3, 0, 1, 2);
    grid->setColumnStretch(1, 1);
    connect(m_explain, &QPushButton::clicked, this, &ExplainForm::explainRequested);
    connect(m_layer, &QComboBox::currentIndexChanged, this, &ExplainForm::layerChanged);
    connect(m_which, &QComboBox::currentIndexChanged, this, &ExplainForm::viewChanged);
    connect(m_show, &QCheckBox::toggled, this, &ExplainForm::viewChanged);
    connect(m_opacity, &QSlider::valueChanged, this, &ExplainForm::viewChanged);
    setState(State::NoModel);
}

void ExplainForm::setLayers(const QList<QPair<QString, QString>>& layers, const QString& chosen)
{
    const QSignalBlocker blocker(m_layer);
    m_layer->clear();
    for (const auto& [name, text] : layers)
        m_layer->addItem(text, name);
    m_layer->setCurrentIndex(std::max(0, m_layer->findData(chosen)));
}

QString ExplainForm::layer() const
{
    return m_layer->currentData().toString();
}

void ExplainForm::setState(State state)
{
    m_explain->setEnabled(state != State::NoModel);
    m_explain->setText(state == State::Running ? tr("Explaining…") : tr("Explain"));
    m_layer->setEnabled(state != State::NoModel);
    m_which->setEnabled(state != State::NoModel);
}

bool ExplainForm::withSentence() const
{
    return m_which->currentIndex() == 0;
}

double ExplainForm::opacity() const
{
    return m_opacity->value() / 100.0;
}

bool ExplainForm::isShown() const
{
    return m_show->isChecked();
}

void ExplainForm::setShown(bool shown)
{
    m_show->setChecked(shown);
}

void ExplainForm::setResult(const QString& text)
{
    m_result->setText(text);
    m_result->setVisible(!text.isEmpty());
}

} // namespace ui
