#include "ui/panels/labels_panel.h"

#include "ui/models/label_list.h"
#include "ui/panels/filter_form.h"
#include "ui/panels/panel_parts.h"

#include <QColorDialog>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QPushButton>
#include <QScrollArea>
#include <QShortcut>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace ui {

LabelsPanel::LabelsPanel(LabelList& labels, MaskFilters& filters, QWidget* parent)
    : QWidget(parent)
    , m_labels(labels)
    , m_model(labels.model())
    , m_table(new QTableView(this))
    , m_detail(new QLabel(this))
    , m_add(new QPushButton(tr("Add"), this))
    , m_colour(new QPushButton(tr("Colour…"), this))
    , m_clear(new QPushButton(tr("Clear"), this))
    , m_remove(new QPushButton(tr("Remove"), this))
    , m_filterForm(new FilterForm(labels, filters))
    , m_clearMenu(new QMenu(this))
{
    auto* column = new QVBoxLayout;
    m_table->setModel(&m_model);
    m_table->setObjectName(QStringLiteral("labelsTable"));
    m_table->setAccessibleName(tr("Labels"));
    m_table->setTabKeyNavigation(false); // Tab leaves the table; arrow keys move in it.
    m_table->verticalHeader()->hide();
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    m_table->horizontalHeader()->setMinimumSectionSize(24);
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setSectionResizeMode(LabelModel::Name, QHeaderView::Stretch);
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents); // Long names take two lines.
    m_table->horizontalHeader()->setHighlightSections(false);
    column->addWidget(m_table, 1);
    m_detail->setObjectName(QStringLiteral("labelDetail"));
    m_detail->setTextFormat(Qt::PlainText);
    m_detail->setWordWrap(true);
    column->addWidget(m_detail);
    auto* note = new QLabel(tr("The chosen label is drawn with. Double-click its name (F2) to rename it; Return "
                               "changes its colour, Space switches a check mark, Delete removes it."));
    note->setProperty("role", "dim");
    note->setWordWrap(true);
    column->addWidget(note);
    column->addLayout(makeButtons());
    column->addSpacing(8);
    column->addWidget(m_filterForm);
    auto* scroll = new QScrollArea;
    putIntoScroll(*scroll, *column);
    column->setContentsMargins(8, 12, 8, 12);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(scroll);
    fillAddMenu();
    makeClearMenu();

    // How many lines a name takes depends on how wide its column is.
    connect(
        m_table->horizontalHeader(), &QHeaderView::sectionResized, m_table, &QTableView::resizeRowsToContents,
        Qt::QueuedConnection);
    makeKeys();
    connectLabels();
    showSliceCount();
    showActive();
}

void LabelsPanel::connectLabels()
{
    connect(&m_model, &LabelModel::edited, this, [this] { Q_EMIT m_labels.labelsEdited(m_model.labels()); });
    connect(&m_model, &LabelModel::dataChanged, this, &LabelsPanel::updateDetail);
    connect(&m_model, &LabelModel::modelReset, this, &LabelsPanel::showActive);
    connect(&m_labels, &LabelList::activeChanged, this, &LabelsPanel::showActive);
    connect(&m_labels, &LabelList::sliceCountChanged, this, &LabelsPanel::showSliceCount);
    connect(
        m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this, [this](const QModelIndex& current) {
            updateDetail();
            if (!current.isValid())
                return;
            const quint16 chosen = m_labels.labels()[static_cast<std::size_t>(current.row())].value;
            if (chosen != m_labels.active())
                Q_EMIT m_labels.activeRequested(chosen);
        });
}

QLayout* LabelsPanel::makeButtons()
{
    auto* row = new QHBoxLayout;
    row->setSpacing(5);
    for (QPushButton* button : {m_add, m_colour, m_clear, m_remove})
        row->addWidget(button);
    row->addStretch(1);
    m_add->setObjectName(QStringLiteral("addLabel"));
    m_remove->setObjectName(QStringLiteral("removeLabel"));
    m_clear->setObjectName(QStringLiteral("clearLabel"));
    m_clear->setToolTip(
        tr("Erase the chosen label's mask: on this slice (Ctrl+Backspace) or on all (Ctrl+Shift+Backspace)"));
    m_colour->setObjectName(QStringLiteral("labelColour"));
    connect(m_colour, &QPushButton::clicked, this, [this] { pickColour(m_table->currentIndex().row()); });
    connect(m_remove, &QPushButton::clicked, this, &LabelsPanel::removeCurrent);
    return row;
}

void LabelsPanel::makeClearMenu()
{
    m_clearMenu->addAction(tr("On this slice"), this, [this] { Q_EMIT m_labels.clearRequested(ClearExtent::Slice); });
    m_clearMenu->addAction(tr("On all slices"), this, [this] { Q_EMIT m_labels.clearRequested(ClearExtent::AllSlices); });
    connect(m_clear, &QPushButton::clicked, this, [this] {
        if (!m_clear->menu())
            Q_EMIT m_labels.clearRequested(ClearExtent::AllSlices);
    });
}

void LabelsPanel::showSliceCount()
{
    m_clear->setMenu(m_labels.sliceCount() > 1 ? m_clearMenu : nullptr);
}

void LabelsPanel::updateDetail()
{
    m_detail->setText(m_model.detailOf(m_table->currentIndex().row()));
}

void LabelsPanel::makeKeys()
{
    const auto key = [this](Qt::Key pressed, auto function) {
        auto* shortcut = new QShortcut(QKeySequence(pressed), m_table);
        shortcut->setContext(Qt::WidgetShortcut);
        connect(shortcut, &QShortcut::activated, this, function);
    };
    key(Qt::Key_Delete, [this] { removeCurrent(); });
    key(Qt::Key_Return, [this] { pickColour(m_table->currentIndex().row()); });
}

void LabelsPanel::removeCurrent()
{
    const int row = m_table->currentIndex().row();
    if (row >= 0)
        Q_EMIT m_labels.removeRequested(m_model.labels()[static_cast<std::size_t>(row)].value);
}

void LabelsPanel::fillAddMenu()
{
    auto* menu = new QMenu(m_add);
    for (const auto& label : annotations::defaultLabels())
        menu->addAction(QString::fromStdString(label.name), this, [this, label] { add(label); });
    m_add->setMenu(menu);
}

void LabelsPanel::add(annotations::Label label)
{
    auto labels = m_model.labels();
    label.value = freeValue(labels);
    const auto taken = [&](const std::string& name) {
        return std::any_of(labels.begin(), labels.end(), [&](const auto& other) { return other.name == name; });
    };
    const std::string name = label.name;
    for (int number = 2; taken(label.name); ++number)
        label.name = name + " " + std::to_string(number);
    labels.push_back(label);
    Q_EMIT m_labels.labelsEdited(labels);
    Q_EMIT m_labels.activeRequested(label.value);
}

void LabelsPanel::showActive()
{
    const int row = m_model.rowOf(m_labels.active());
    if (row >= 0 && row != m_table->currentIndex().row())
        m_table->setCurrentIndex(m_model.index(row, LabelModel::Name));
    updateDetail();
}

void LabelsPanel::pickColour(int row)
{
    if (row < 0)
        return;
    const auto& colour = m_model.labels()[static_cast<std::size_t>(row)].colour;
    auto* dialog = new QColorDialog(QColor(colour[0], colour[1], colour[2]), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &QColorDialog::colorSelected, this, [this, row](const QColor& chosen) {
        m_model.setColour(row,
            {static_cast<std::uint8_t>(chosen.red()), static_cast<std::uint8_t>(chosen.green()),
                static_cast<std::uint8_t>(chosen.blue())});
    });
    dialog->open();
}

} // namespace ui
