#include "ui/panels/reading_chips.h"

#include "annotations/report/place_name.h"
#include "ui/qt_text.h"

#include <QCoreApplication>
#include <QPainter>

#include <algorithm>
#include <utility>

namespace ui {

namespace {

using annotations::Assertion;
using annotations::ReportFinding;

constexpr std::size_t kMostRows = 5;
constexpr int kSpace = 4;
constexpr int kPadding = 7;

QString tr(const char* text)
{
    return QCoreApplication::translate("ui::ReadingChips", text);
}

QString capitalized(QString text)
{
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    return text;
}

QString extentWord(annotations::Extent extent)
{
    switch (extent) {
    case annotations::Extent::Mild:
        return tr("mild");
    case annotations::Extent::Moderate:
        return tr("moderate");
    case annotations::Extent::Severe:
        return tr("severe");
    case annotations::Extent::NotStated:
        break;
    }
    return {};
}

QStringList saidOf(const ReportFinding& finding)
{
    QStringList said{
        qt(annotations::placeName("right", finding.right)), qt(annotations::placeName("left", finding.left))};
    if (finding.sideMissing())
        said << tr("%1, side not said").arg(qt(annotations::placeName("", finding.unsided)));
    if (finding.areas > 0)
        said << (finding.areas == 1 ? tr("1 area") : tr("%1 areas").arg(finding.areas));
    said << extentWord(finding.extent) << qt(annotations::assertionWord(finding.assertion));
    said.removeAll(QString());
    return said;
}

QString reasonOf(const ReportFinding& finding)
{
    const bool stands = finding.assertion == Assertion::Present || finding.assertion == Assertion::Possible;
    return stands ? tr("not what the model draws") : tr("not drawn");
}

/// Draws a chip, when there is a painter, and gives its width.
int chip(QPainter* painter, const QFontMetrics& metrics, const QPalette& palette, QRect room, const QString& text,
    bool used)
{
    const QString shown = metrics.elidedText(text, Qt::ElideRight, std::max(0, room.width() - 2 * kPadding));
    const int width = metrics.horizontalAdvance(shown) + 2 * kPadding;
    if (!painter)
        return width;
    const QRectF frame(room.x() + 0.5, room.y() + 0.5, width - 1, room.height() - 1);
    const QColor accent = palette.color(QPalette::Highlight);
    const QColor dim = palette.color(QPalette::PlaceholderText);
    QColor ground = accent;
    ground.setAlpha(used ? 70 : 0);
    QFont font = painter->font();
    font.setStrikeOut(!used);
    painter->setFont(font);
    painter->setPen(used ? accent : dim);
    painter->setBrush(ground);
    painter->drawRoundedRect(frame, frame.height() / 2, frame.height() / 2);
    painter->setPen(used ? palette.color(QPalette::WindowText) : dim);
    painter->drawText(frame, Qt::AlignCenter | Qt::TextSingleLine, shown);
    font.setStrikeOut(false);
    painter->setFont(font);
    return width;
}

} // namespace

std::vector<ReadingRow> rowsOf(const annotations::ReportReading& reading, const annotations::ReadingChoice& choice)
{
    std::vector<ReadingRow> rows;
    const bool draws = choice.verdict == annotations::ReadingVerdict::Draw;
    for (std::size_t i = 0; i < reading.findings.size(); ++i) {
        const auto& finding = reading.findings[i];
        ReadingRow row;
        row.finding = finding.finding.empty() ? tr("Place alone") : capitalized(qt(finding.finding));
        row.said = saidOf(finding);
        row.used = draws && std::find(choice.used.begin(), choice.used.end(), i) != choice.used.end();
        row.reason = row.used ? QString() : reasonOf(finding);
        rows.push_back(std::move(row));
    }
    for (const auto& part : reading.unread)
        rows.push_back({tr("“%1”").arg(qt(part).simplified()), {}, false, tr("not read")});
    return rows;
}

ReadingChips::ReadingChips(QWidget* parent)
    : QWidget(parent)
{
    setObjectName(QStringLiteral("readingChips"));
    setAccessibleName(QObject::tr("What was read from the sentence"));
    QSizePolicy policy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setVisible(false);
}

void ReadingChips::setRows(std::vector<ReadingRow> rows)
{
    m_rows = std::move(rows);
    QStringList lines;
    for (const auto& row : m_rows)
        lines << (QStringList{row.finding} + row.said + QStringList{row.reason}).join(QStringLiteral(", "));
    setAccessibleDescription(lines.join(QStringLiteral("; ")));
    setToolTip(lines.join(QLatin1Char('\n')).toHtmlEscaped());
    setVisible(!m_rows.empty());
    updateGeometry();
    update();
}

QSize ReadingChips::sizeHint() const
{
    const int width = 300;
    return {width, layOut(width, nullptr)};
}

int ReadingChips::layOut(int width, QPainter* painter) const
{
    const QFontMetrics metrics = fontMetrics();
    const int line = metrics.height() + 4;
    int y = 0;
    for (std::size_t i = 0; i < std::min(m_rows.size(), kMostRows); ++i) {
        const auto& row = m_rows[i];
        int x = 0;
        const auto place = [&](const QString& text, bool plain) {
            const int wanted = metrics.horizontalAdvance(text) + (plain ? 0 : 2 * kPadding);
            if (x > 0 && x + wanted > width) {
                x = 2 * kPadding;
                y += line + kSpace;
            }
            if (!plain)
                x += chip(painter, metrics, palette(), QRect(x, y, width - x, line), text, row.used) + kSpace;
            else if (painter) {
                painter->setPen(palette().color(QPalette::PlaceholderText));
                painter->drawText(QRect(x, y, width - x, line), Qt::AlignVCenter | Qt::TextSingleLine, text);
            }
        };
        place(row.finding, false);
        for (const auto& word : row.said)
            place(word, false);
        if (!row.reason.isEmpty())
            place(row.reason, true);
        y += line + kSpace;
    }
    if (m_rows.size() > kMostRows) {
        if (painter)
            painter->drawText(QRect(0, y, width, line), Qt::AlignVCenter,
                QObject::tr("… and %1 more").arg(m_rows.size() - kMostRows));
        y += line + kSpace;
    }
    return std::max(0, y - kSpace);
}

void ReadingChips::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    layOut(width(), &painter);
}

} // namespace ui
