#pragma once

#include <QWidget>

class QPlainTextEdit;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace ui {

class DraftForm;
class DraftSentences;
class MatchList;
class ModelRow;
class PriorReport;
class SeenPicture;

/// The Report tab: which model, what it sees, its draft sentence by sentence, and the report that the user writes, which
/// can be compared with the picture.
class ReportTab : public QWidget
{
    Q_OBJECT

public:
    explicit ReportTab(QWidget* parent = nullptr);

    ModelRow& model() { return *m_model; }
    SeenPicture& seen() { return *m_seen; }
    DraftForm& form() { return *m_form; }
    DraftSentences& draft() { return *m_draft; }
    PriorReport& prior() { return *m_prior; }
    MatchList& matches() { return *m_matches; }

    QString report() const;
    /// Without telling so.
    void setReport(const QString& text);
    void setCanWrite(bool can);
    void setCanCompare(bool can);
    /// Scrolls to the draft.
    void showDraft();

Q_SIGNALS:
    void reportChanged();
    void compareRequested();
    void shown();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void fill(QVBoxLayout& column);
    void append(const QString& sentence);

    QScrollArea* m_scroll;
    ModelRow* m_model;
    SeenPicture* m_seen;
    DraftForm* m_form;
    DraftSentences* m_draft;
    PriorReport* m_prior;
    QPlainTextEdit* m_report;
    QPushButton* m_compare;
    MatchList* m_matches;
};

} // namespace ui
