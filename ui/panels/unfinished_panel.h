#pragma once

#include <QFrame>

class QListWidget;

namespace ui {

class UnfinishedList;

/// An UnfinishedList over the empty picture. A click or Return opens one; Delete asks to throw its work away. Hidden when
/// it is empty.
class UnfinishedPanel : public QFrame
{
    Q_OBJECT

public:
    /// `unfinished` must outlive the panel.
    explicit UnfinishedPanel(UnfinishedList& unfinished, QWidget* parent = nullptr);

private:
    void showStudies();
    void request(int row);

    UnfinishedList& m_unfinished;
    QListWidget* m_list;
};

} // namespace ui
