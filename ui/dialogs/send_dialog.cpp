#include "ui/dialogs/send_dialog.h"

#include <QCheckBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace ui {

SendDialog::SendDialog(QWidget* parent)
    : QDialog(parent)
    , m_node(new QLineEdit)
    , m_test(new QPushButton(tr("Test")))
    , m_answer(new QLabel)
    , m_pictures(new QCheckBox(tr("Send the pictures too")))
    , m_waiting(new QCheckBox)
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
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->setTabKeyNavigation(false);
    m_table->verticalHeader()->hide();
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setWordWrap(true);

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
    column->addWidget(m_waiting);
    column->addWidget(m_table, 1);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch(1);
    for (QPushButton* button : {m_cancel, m_close, m_send})
        buttons->addWidget(button);
    column->addLayout(buttons);

    connect(m_test, &QPushButton::clicked, this, [this] { Q_EMIT testRequested(node()); });
    connect(m_send, &QPushButton::clicked, this, [this] { Q_EMIT sendRequested(node()); });
    connect(m_cancel, &QPushButton::clicked, this, &SendDialog::cancelRequested);
    connect(m_close, &QPushButton::clicked, this, &QDialog::close);
    setBusy(false);
    setPictureCount(0);
    setWaitingCount(0);
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

void SendDialog::setWaitingCount(int count)
{
    m_waiting->setVisible(count > 0);
    m_waiting->setChecked(count > 0);
    m_waiting->setText(tr("Send the masks that wait from earlier too (files: %1)").arg(count));
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
    m_table->resizeColumnToContents(0);
    m_table->resizeColumnToContents(1);
    m_table->setColumnWidth(0, std::min(m_table->columnWidth(0), 220));
    m_table->resizeRowsToContents();
}

} // namespace ui
