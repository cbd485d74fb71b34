#pragma once

#include "annotations/report/report_text.h"

#include <QWidget>

#include <array>

class QButtonGroup;
class QComboBox;
class QFormLayout;
class QLineEdit;
class QPushButton;

namespace ui {

/// The fields of a report: finding, sides, zones of each lung of the patient, number of areas, extent, free text.
class ReportForm : public QWidget
{
    Q_OBJECT

public:
    explicit ReportForm(QWidget* parent = nullptr);

    annotations::ReportFields fields() const;
    /// Shows fields without telling so.
    void setFields(const annotations::ReportFields& fields);
    /// The finding that is meant when another field is chosen first.
    void setDefaultFinding(const QString& finding);

Q_SIGNALS:
    /// The user changed a field.
    void edited();

private:
    struct Lung
    {
        QPushButton* side = nullptr;
        std::array<QPushButton*, 3> zones{}; ///< Upper, middle, lower.
    };

    void nameFinding();
    Lung makeLung(const QString& side, const QString& name);
    void addZones(QFormLayout* form);
    void addAreas(QFormLayout* form);
    void addExtent(QFormLayout* form);
    static annotations::LungZones zonesOf(const Lung& lung, bool listed);
    static void show(const Lung& lung, const annotations::LungZones& zones);

    QComboBox* m_finding;
    QString m_defaultFinding;
    Lung m_right;
    Lung m_left;
    QButtonGroup* m_areas;
    QButtonGroup* m_extent;
    QLineEdit* m_freeText;
    int m_manyAreas = 0; ///< More areas than there are buttons, from a sentence.
    bool m_leftListed = false;
    bool m_rightListed = false;
};

} // namespace ui
