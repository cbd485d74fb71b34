#include "ui/panels/slice_choice.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QSpinBox>

#include <algorithm>

namespace ui {

SliceChoice::SliceChoice(QWidget* parent)
    : QWidget(parent)
    , m_which(new QComboBox)
{
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    m_which->setObjectName(QStringLiteral("whichSlices"));
    m_which->setAccessibleName(tr("Slices to segment"));
    m_which->addItems({tr("This slice"), tr("Slices from, to"), tr("All slices")});
    row->addWidget(m_which, 1);
    const auto number = [row](const QString& name, const QString& objectName) {
        auto* box = new QSpinBox;
        box->setAccessibleName(name);
        box->setObjectName(objectName);
        row->addWidget(box);
        return box;
    };
    m_first = number(tr("First slice"), QStringLiteral("firstSlice"));
    m_last = number(tr("Last slice"), QStringLiteral("lastSlice"));
    connect(m_which, &QComboBox::currentIndexChanged, this, [this](int which) {
        m_first->setVisible(which == 1);
        m_last->setVisible(which == 1);
    });
}

SliceChoice::SliceChoice(const QString& prefix, const QString& purpose, QWidget* parent)
    : SliceChoice(parent)
{
    m_which->setAccessibleName(purpose);
    m_which->setObjectName(prefix + QStringLiteral("Slices"));
    m_first->setObjectName(prefix + QStringLiteral("FirstSlice"));
    m_last->setObjectName(prefix + QStringLiteral("LastSlice"));
}

bool SliceChoice::isAll() const
{
    return m_which->currentIndex() == 2;
}

bool SliceChoice::isThis() const
{
    return m_which->currentIndex() == 0;
}

void SliceChoice::setCount(int slices)
{
    setVisible(slices > 1);
    m_which->setCurrentIndex(0);
    m_which->setItemText(2, tr("All %1 slices").arg(slices));
    m_first->setVisible(false);
    m_last->setVisible(false);
    for (QSpinBox* box : {m_first, m_last})
        box->setRange(1, slices);
    m_first->setValue(1);
    m_last->setValue(slices);
}

void SliceChoice::chooseAll()
{
    m_which->setCurrentIndex(2);
}

std::pair<int, int> SliceChoice::range(int shown) const
{
    if (m_which->currentIndex() == 2)
        return {0, m_last->maximum() - 1};
    if (m_which->currentIndex() == 1)
        return std::minmax({m_first->value() - 1, m_last->value() - 1});
    return {shown, shown};
}

} // namespace ui
