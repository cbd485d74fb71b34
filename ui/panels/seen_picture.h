#pragma once

#include <QImage>
#include <QString>
#include <QWidget>

#include <cstdint>
#include <vector>

class QLabel;

namespace ui {

/// The picture as a model was given it, small, with words beside it.
class SeenPicture : public QWidget
{
    Q_OBJECT

public:
    /// Its parts are called after `objectName`.
    explicit SeenPicture(const QString& objectName, QWidget* parent = nullptr);

    /// `brightness` of a square of `size` x `size`, row by row.
    void setPicture(int size, const std::vector<std::uint8_t>& brightness, const QString& caption);
    void clear();
    /// What is to be known beside the caption, e.g. that another slice is shown now; empty hides it.
    void setNote(const QString& note);

private:
    void show(const QString& caption);

    QImage m_image;
    QLabel* m_picture;
    QLabel* m_caption;
    QLabel* m_note;
};

} // namespace ui
