#pragma once

#include "ui/models/filter_table.h"
#include "ui/models/mask_filters.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QPushButton;
class QShortcut;
class QSpinBox;

namespace ui {

class LabelList;
class SliceChoice;

/// A MaskFilters to be filled in: which filter, its few fields, where, and Apply, which Enter does, too. Esc stops one
/// that runs.
class FilterForm : public QWidget
{
    Q_OBJECT

public:
    /// Both must outlive the form.
    FilterForm(LabelList& labels, MaskFilters& filters, QWidget* parent = nullptr);

    /// Chooses a filter, and leads the keyboard to its first field.
    void choose(annotations::FilterKind kind);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void makeFields();
    void addField(FilterFields fields, const QString& title, QWidget* field, const QString& name);
    void fillKinds();
    void fillAxes();
    QWidget* rangeRow();
    void showFields();
    void showPicture();
    void showLabels();
    void showRunning();
    const FilterRow& row() const;
    FilterOrder order() const;
    void apply();

    LabelList& m_labels;
    MaskFilters& m_filters;
    QComboBox* m_kind;
    QLabel* m_help;
    QFormLayout* m_fields;
    QDoubleSpinBox* m_millimetres;
    QComboBox* m_other;
    QDoubleSpinBox* m_low;
    QDoubleSpinBox* m_high;
    QSpinBox* m_count;
    QDoubleSpinBox* m_size;
    QComboBox* m_side;
    QComboBox* m_axis;
    SliceChoice* m_slices;
    QCheckBox* m_eachSlice;
    QCheckBox* m_over;
    QPushButton* m_apply;
    QPushButton* m_stop;
    QShortcut* m_escape;
    QLabel* m_note;
    QList<std::pair<FilterFields, QWidget*>> m_rows; ///< What each field is for.
};

} // namespace ui
