#pragma once

#include <QWidget>

class QLabel;

namespace ui {

/// An earlier report of the patient, to be read beside the one that is written; hidden where there is none.
class PriorReport : public QWidget
{
    Q_OBJECT

public:
    explicit PriorReport(QWidget* parent = nullptr);

    /// `title` says of what and when; plain text.
    void setReport(const QString& title, const QString& text);
    void clear();

private:
    QLabel* m_title;
    QLabel* m_text;
};

} // namespace ui
