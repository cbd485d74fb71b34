#pragma once

#include <QDialog>
#include <QList>
#include <QStringList>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTableWidget;

namespace ui {

/// What became of one file, in words.
struct SendRow
{
    QString file;
    QString state;
    QString message;
    bool ok = false;
};

/// A file that waits to be sent since an earlier try, and why.
struct WaitingRow
{
    QString path;
    QString file; ///< Its name.
    QString state;
    QString reason; ///< Empty: it was not tried yet.
};

/// Sends the masks to a DICOM node: address, test, and a table with the result of every file.
class SendDialog : public QDialog
{
    Q_OBJECT

public:
    explicit SendDialog(QWidget* parent = nullptr);

    QString node() const;
    void setNode(const QString& node);
    bool alsoPictures() const;
    /// Measurements of the masks' segments (DICOM SR) go with them.
    bool alsoReport() const;
    void setAlsoReport(bool also);
    /// Masks of earlier sends that no archive has taken yet: listed with what can be done about each.
    void setWaiting(const QList<WaitingRow>& rows);
    bool alsoWaiting() const;
    void setPictureCount(int count);

    void setBusy(bool busy);
    void setTestResult(const QString& text, bool ok);
    void setResults(const QList<SendRow>& rows);
    QList<SendRow> results() const { return m_rows; }

Q_SIGNALS:
    void testRequested(const QString& node);
    void sendRequested(const QString& node);
    void cancelRequested();
    void alsoReportChanged(bool also);
    /// Paths of files that wait: to be sent now, or to be given up (the user was asked).
    void retryRequested(const QStringList& files);
    void removeRequested(const QStringList& files);

private:
    QWidget* waitingPart();
    QStringList chosen() const;
    void showChoice();
    void askToRemove();

    QLineEdit* m_node;
    QPushButton* m_test;
    QLabel* m_answer;
    QCheckBox* m_pictures;
    QCheckBox* m_report;
    QCheckBox* m_waiting;
    QTableWidget* m_queue;
    QPushButton* m_retry;
    QPushButton* m_remove;
    QWidget* m_waitingPart;
    QTableWidget* m_table;
    QPushButton* m_send;
    QPushButton* m_cancel;
    QPushButton* m_close;
    QList<SendRow> m_rows;
    QStringList m_waitingFiles; ///< Paths, by row.
    bool m_busy = false;
};

} // namespace ui
