#pragma once

#include <QList>
#include <QString>
#include <QWidget>

#include <optional>

class QLabel;
class QVBoxLayout;

namespace ui {

/// How well a text fits the picture, as a model sees it.
struct MatchLine
{
    QString text; ///< Empty: all of the report.
    double probability = 0; ///< 0..1
    std::optional<double> share = {}; ///< 0..1: so many of the texts with this probability fit, where that is known,
    std::optional<bool> fits = {}; ///< and whether it is taken to.
};

/// Below this the model holds that the text is about another picture, where it is not known what its numbers are worth.
constexpr double kDoubtfulMatch = 0.5;

/// A line for the whole report and for each sentence; a low one is marked and says in words what that means.
class MatchList : public QWidget
{
    Q_OBJECT

public:
    explicit MatchList(QWidget* parent = nullptr);

    /// `title` says what was compared with what.
    void setLines(const QString& title, const QList<MatchLine>& lines);
    void clear();

private:
    QLabel* m_title;
    QVBoxLayout* m_column;
};

} // namespace ui
