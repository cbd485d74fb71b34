#pragma once

#include <QDialog>
#include <QList>

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

/// Sends the masks to a DICOM node: address, test, and a table with the result of every file.
class SendDialog : public QDialog
{
    Q_OBJECT

public:
    explicit SendDialog(QWidget* parent = nullptr);

    QString node() const;
    void setNode(const QString& node);
    bool alsoPictures() const;
    /// Masks of earlier sends that no archive has taken yet.
    void setWaitingCount(int count);
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

private:
    QLineEdit* m_node;
    QPushButton* m_test;
    QLabel* m_answer;
    QCheckBox* m_pictures;
    QCheckBox* m_waiting;
    QTableWidget* m_table;
    QPushButton* m_send;
    QPushButton* m_cancel;
    QPushButton* m_close;
    QList<SendRow> m_rows;
};

} // namespace ui
