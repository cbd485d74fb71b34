#pragma once

#include "annotations/report/reading.h"
#include "imaging/laterality.h"

#include <QObject>
#include <QStringList>
#include <QString>

class QComboBox;
class QLabel;
class QPlainTextEdit;
class QVBoxLayout;
class QWidget;

namespace ui {

class ReadingChips;
class ReportForm;

/// The sentence and the fields that say the same: either can be edited, the other follows. Below it what was read from
/// the sentence and what goes to the model.
class SentenceForm : public QObject
{
    Q_OBJECT

public:
    explicit SentenceForm(QObject* parent);

    /// Puts its parts below each other into a panel's column.
    void layInto(QVBoxLayout& column);

    QString sentence() const;
    void setSentence(const QString& text);
    annotations::ReportFields fields() const;
    /// The fields show what the sentence says; otherwise they are greyed and a line says so.
    bool fieldsAreApart() const;
    /// The finding that the model draws; empty: any, in any words.
    void setModelFinding(const QString& finding);
    /// What "left" and "right" mean in the sentence.
    imaging::Sides textSides() const;
    void setTextSides(imaging::Sides sides);
    void focusSentence();
    /// The sentence as the model will see it, with whose sides it names; empty hides the line.
    void setModelText(const QString& text, const QStringList& remarks = {});
    /// Whether a remark can be read here already.
    bool shows(const QString& remark) const;

Q_SIGNALS:
    void sentenceChanged();

private:
    QWidget* makeApart();
    QWidget* makeSentence();
    void fieldsEdited();
    void sentenceEdited();
    void read();
    QString withFields() const;
    void rewrite(const QString& text);

    ReportForm* m_form;
    QWidget* m_apart;
    QPlainTextEdit* m_sentence;
    QComboBox* m_sides;
    ReadingChips* m_chips;
    QLabel* m_why;
    QLabel* m_understood;
    QLabel* m_modelText;
    QString m_modelFinding;
    annotations::ReportReading m_reading; ///< Of the sentence.
    annotations::ReadingChoice m_choice;
};

} // namespace ui
