#include "ui/dialogs/send_dialog.h"

#include <QCheckBox>
#include <QHeaderView>
#include <QItemSelectionModel>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace ui {

namespace {

void setUpTable(QTableWidget& table)
{
    table.horizontalHeader()->setStretchLastSection(true);
    table.setTabKeyNavigation(false);
    table.verticalHeader()->hide();
    table.setEditTriggers(QAbstractItemView::NoEditTriggers);
    table.setSelectionBehavior(QAbstractItemView::SelectRows);
    table.setWordWrap(true);
}

/// Files' names are long and alike; what was said of them is what one reads.
void fitColumns(QTableWidget& table)
{
    constexpr int kWidestName = 220;
    table.resizeColumnToContents(0);
    table.resizeColumnToContents(1);
    table.setColumnWidth(0, std::min(table.columnWidth(0), kWidestName));
    table.resizeRowsToContents();
}

} // namespace

SendDialog::SendDialog(QWidget* parent)
    : QDialog(parent)
    , m_node(new QLineEdit)
    , m_test(new QPushButton(tr("Test")))
    , m_answer(new QLabel)
    , m_pictures(new QCheckBox(tr("Send the pictures too")))
    , m_report(new QCheckBox(tr("Send the measurements too (SR)")))
    , m_waiting(new QCheckBox)
    , m_queue(new QTableWidget(0, 3))
    , m_retry(new QPushButton(tr("Retry")))
    , m_remove(new QPushButton(tr("Remove…")))
    , m_waitingPart(waitingPart())
    , m_table(new QTableWidget(0, 3))
    , m_send(new QPushButton(tr("Send")))
    , m_cancel(new QPushButton(tr("Cancel")))
    , m_close(new QPushButton(tr("Close")))
{
    setWindowTitle(tr("Send to Archive"));
    setObjectName(QStringLiteral("sendDialog"));
    resize(640, 380);
    m_node->setObjectName(QStringLiteral("node"));
    m_node->setAccessibleName(tr("Archive as AE title, host and port"));
    m_node->setPlaceholderText(QStringLiteral("AETITLE@host:port"));
    m_test->setObjectName(QStringLiteral("test"));
    m_test->setToolTip(tr("Ask the archive for an answer (C-ECHO)"));
    m_answer->setObjectName(QStringLiteral("answer"));
    m_answer->setTextFormat(Qt::PlainText);
    m_answer->setWordWrap(true);
    m_pictures->setObjectName(QStringLiteral("alsoPictures"));
    m_waiting->setObjectName(QStringLiteral("alsoWaiting"));
    m_cancel->setObjectName(QStringLiteral("cancelSending"));
    m_send->setObjectName(QStringLiteral("sendNow"));
    m_send->setProperty("role", "primary");
    m_send->setDefault(true);
    m_table->setObjectName(QStringLiteral("results"));
    m_table->setAccessibleName(tr("Result of every file"));
    m_table->setHorizontalHeaderLabels({tr("File"), tr("Result"), tr("What the archive said")});
    setUpTable(*m_table);
    m_report->setObjectName(QStringLiteral("alsoReport"));
    m_report->setToolTip(tr("Volume, values and longest diameter of each segment, what made it and the report's text, as "
                            "a DICOM structured report"));

    auto* column = new QVBoxLayout(this);
    auto* address = new QHBoxLayout;
    auto* label = new QLabel(tr("&Archive"));
    label->setBuddy(m_node);
    address->addWidget(label);
    address->addWidget(m_node, 1);
    address->addWidget(m_test);
    column->addLayout(address);
    column->addWidget(m_answer);
    column->addWidget(m_pictures);
    column->addWidget(m_report);
    column->addWidget(m_waiting);
    column->addWidget(m_waitingPart, 1);
    column->addWidget(m_table, 1);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    for (QPushButton* button : {m_cancel, m_close, m_send})
        buttons->addWidget(button);
    column->addLayout(buttons);

    connect(m_test, &QPushButton::clicked, this, [this] { Q_EMIT testRequested(node()); });
    connect(m_send, &QPushButton::clicked, this, [this] { Q_EMIT sendRequested(node()); });
    connect(m_cancel, &QPushButton::clicked, this, &SendDialog::cancelRequested);
    connect(m_report, &QCheckBox::toggled, this, &SendDialog::alsoReportChanged);
    connect(m_close, &QPushButton::clicked, this, &QDialog::close);
    setBusy(false);
    setPictureCount(0);
    setWaiting({});
}

/// The list of what waits, with what can be done about it.
QWidget* SendDialog::waitingPart()
{
    auto* part = new QWidget;
    auto* row = new QHBoxLayout(part);
    row->setContentsMargins(0, 0, 0, 0);
    m_queue->setObjectName(QStringLiteral("queue"));
    m_queue->setAccessibleName(tr("Files that wait to be sent"));
    m_queue->setHorizontalHeaderLabels({tr("Waiting file"), tr("State"), tr("Reason")});
    setUpTable(*m_queue);
    m_retry->setObjectName(QStringLiteral("retryWaiting"));
    m_retry->setToolTip(tr("Send the chosen files, or all that wait, to the archive again"));
    m_remove->setObjectName(QStringLiteral("removeWaiting"));
    m_remove->setToolTip(tr("Give the chosen files up: they are not sent any more"));
    auto* buttons = new QVBoxLayout;
    buttons->addWidget(m_retry);
    buttons->addWidget(m_remove);
    buttons->addStretch(1);
    row->addWidget(m_queue, 1);
    row->addLayout(buttons);
    connect(m_queue, &QTableWidget::itemSelectionChanged, this, &SendDialog::showChoice);
    connect(m_retry, &QPushButton::clicked, this,
        [this] { Q_EMIT retryRequested(chosen().isEmpty() ? m_waitingFiles : chosen()); });
    connect(m_remove, &QPushButton::clicked, this, &SendDialog::askToRemove);
    return part;
}

QStringList SendDialog::chosen() const
{
    QStringList files;
    for (const auto& index : m_queue->selectionModel()->selectedRows())
        files << m_waitingFiles.value(index.row());
    return files;
}

void SendDialog::showChoice()
{
    m_retry->setEnabled(!m_busy);
    m_remove->setEnabled(!m_busy && !chosen().isEmpty());
}

void SendDialog::askToRemove()
{
    const QStringList files = chosen();
    auto* box = new QMessageBox(QMessageBox::Warning, tr("Remove from the queue"),
        tr("No archive has stored these files (%1). Masks that lie nowhere else are lost. Remove them?").arg(files.size()),
        QMessageBox::Yes | QMessageBox::Cancel, this);
    box->setObjectName(QStringLiteral("removeBox"));
    box->setTextFormat(Qt::PlainText);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setDefaultButton(QMessageBox::Cancel);
    connect(box, &QMessageBox::finished, this, [this, files](int button) {
        if (button == QMessageBox::Yes)
            Q_EMIT removeRequested(files);
    });
    box->open();
}

QString SendDialog::node() const
{
    return m_node->text().trimmed();
}

void SendDialog::setNode(const QString& node)
{
    m_node->setText(node);
}

bool SendDialog::alsoPictures() const
{
    return m_pictures->isEnabled() && m_pictures->isChecked();
}

bool SendDialog::alsoReport() const
{
    return m_report->isChecked();
}

void SendDialog::setAlsoReport(bool also)
{
    m_report->setChecked(also);
}

void SendDialog::setWaiting(const QList<WaitingRow>& rows)
{
    m_waitingFiles.clear();
    m_queue->clearSelection();
    m_queue->setRowCount(static_cast<int>(rows.size()));
    for (int row = 0; row < rows.size(); ++row) {
        const auto& waiting = rows[row];
        m_waitingFiles << waiting.path;
        m_queue->setItem(row, 0, new QTableWidgetItem(waiting.file));
        m_queue->setItem(row, 1, new QTableWidgetItem(waiting.state));
        m_queue->setItem(row, 2, new QTableWidgetItem(waiting.reason));
    }
    fitColumns(*m_queue);
    m_waitingPart->setVisible(!rows.isEmpty());
    m_waiting->setVisible(!rows.isEmpty());
    m_waiting->setChecked(!rows.isEmpty());
    m_waiting->setText(tr("Send the masks that wait from earlier too (files: %1)").arg(rows.size()));
    showChoice();
}

bool SendDialog::alsoWaiting() const
{
    return !m_waiting->isHidden() && m_waiting->isChecked();
}

void SendDialog::setPictureCount(int count)
{
    m_pictures->setEnabled(count > 0);
    m_pictures->setText(count > 0 ? tr("Send the pictures too (files: %1)").arg(count) : tr("Send the pictures too"));
}

void SendDialog::setBusy(bool busy)
{
    m_send->setEnabled(!busy);
    m_test->setEnabled(!busy);
    m_node->setEnabled(!busy);
    m_cancel->setEnabled(busy);
    m_busy = busy;
    showChoice();
}

void SendDialog::setTestResult(const QString& text, bool ok)
{
    m_answer->setText((ok ? QStringLiteral("✓ ") : QString()) + text);
}

void SendDialog::setResults(const QList<SendRow>& rows)
{
    m_rows = rows;
    m_table->setRowCount(static_cast<int>(rows.size()));
    for (int row = 0; row < rows.size(); ++row) {
        const auto& result = rows[row];
        m_table->setItem(row, 0, new QTableWidgetItem(result.file));
        m_table->setItem(
            row, 1, new QTableWidgetItem((result.ok ? QStringLiteral("✓ ") : QStringLiteral("✕ ")) + result.state));
        m_table->setItem(row, 2, new QTableWidgetItem(result.message));
    }
    fitColumns(*m_table);
}

} // namespace ui
