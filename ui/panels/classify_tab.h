#pragma once

#include <QString>
#include <QStringList>
#include <QWidget>

class QCheckBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QScrollArea;
class QVBoxLayout;

namespace ui {

class AdaptForm;
class ClassBars;
class ModelRow;
class SeenPicture;

/// What the picture is to be told apart by.
struct ClassWish
{
    QStringList classes;
    bool findings = false; ///< Each against its denial.
    QStringList templates;
};

/// The Classify tab: model and learnt prompts, the classes, and what the model thinks of each.
class ClassifyTab : public QWidget
{
    Q_OBJECT

public:
    explicit ClassifyTab(QWidget* parent = nullptr);

    ModelRow& model() { return *m_model; }
    ModelRow& prompts() { return *m_prompts; }
    SeenPicture& seen() { return *m_seen; }
    ClassBars& bars() { return *m_bars; }
    AdaptForm& adapt() { return *m_adapt; }

    ClassWish wish() const;
    void setClasses(const QString& text);
    void setTemplates(const QStringList& templates);
    /// With learnt prompts there are neither templates nor denials; `classes` are those they were learnt with.
    void setLearnt(bool learnt, const QStringList& classes);
    /// Classes that the model may be asked for, while none is named and without learnt prompts; maybe none.
    void setExamples(const QStringList& classes);
    void setState(bool canRun, bool running);
    /// How long it took; empty hides it.
    void setTiming(const QString& text);
    void focusClasses();

Q_SIGNALS:
    void runRequested();
    void shown();

protected:
    void showEvent(QShowEvent* event) override;
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void makeParts();
    void fill(QVBoxLayout& column);
    void run();

    ModelRow* m_model;
    ModelRow* m_prompts;
    SeenPicture* m_seen;
    QPlainTextEdit* m_classes;
    QCheckBox* m_findings;
    QLineEdit* m_templates;
    QPushButton* m_run;
    QLabel* m_timing;
    ClassBars* m_bars;
    AdaptForm* m_adapt;
};

} // namespace ui
