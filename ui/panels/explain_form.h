#pragma once

#include <QList>
#include <QPair>
#include <QString>
#include <QWidget>

class QCheckBox;
class QComboBox;
class QLabel;
class QPushButton;
class QSlider;

namespace ui {

/// The Segment tab's part for Grad-CAM: which layer, the heat with or without the sentence, how opaque.
class ExplainForm : public QWidget
{
    Q_OBJECT

public:
    enum class State { NoModel, Ready, Running };

    explicit ExplainForm(QWidget* parent = nullptr);

    /// Names of the network's layers with what the user reads; `chosen` is taken at first.
    void setLayers(const QList<QPair<QString, QString>>& layers, const QString& chosen);
    QString layer() const; ///< Empty: there are none.
    void setState(State state);
    /// Whether the heat of the sentence is shown, or that of the same region without a sentence.
    bool withSentence() const;
    double opacity() const;
    /// Whether the heat is shown once it is there.
    bool isShown() const;
    void setShown(bool shown);
    /// What the heat says, in words; plain text.
    void setResult(const QString& text);

Q_SIGNALS:
    void explainRequested();
    void layerChanged();
    void viewChanged(); ///< withSentence(), opacity() or isShown().

private:
    QPushButton* m_explain;
    QComboBox* m_layer;
    QComboBox* m_which;
    QCheckBox* m_show;
    QSlider* m_opacity;
    QLabel* m_result;
};

} // namespace ui
