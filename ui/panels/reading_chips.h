#pragma once

#include "annotations/report/reading.h"

#include <QString>
#include <QStringList>
#include <QWidget>

#include <vector>

namespace ui {

/// One finding of a sentence as its chips.
struct ReadingRow
{
    QString finding;
    QStringList said; ///< Places, number, extent and assertion.
    bool used = false; ///< The model draws it.
    QString reason; ///< Why not.
};

std::vector<ReadingRow> rowsOf(const annotations::ReportReading& reading, const annotations::ReadingChoice& choice);

/// What was read from the sentence, finding by finding: those that are drawn stand out, the others are struck through
/// with the reason beside them.
class ReadingChips : public QWidget
{
    Q_OBJECT

public:
    explicit ReadingChips(QWidget* parent = nullptr);

    void setRows(std::vector<ReadingRow> rows);
    const std::vector<ReadingRow>& rows() const { return m_rows; }

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override { return {0, 0}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override { return layOut(width, nullptr); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    /// The height that the rows take; draws them when there is a painter.
    int layOut(int width, QPainter* painter) const;

    std::vector<ReadingRow> m_rows;
};

} // namespace ui
