#include "ui/panels/seen_picture.h"

#include "ui/panels/panel_parts.h"
#include "ui/text_size.h"

#include <QBoxLayout>
#include <QLabel>
#include <QPixmap>

namespace ui {

namespace {

constexpr int kSide = 104; ///< Of the small picture at 100 %.

} // namespace

SeenPicture::SeenPicture(const QString& objectName, QWidget* parent)
    : QWidget(parent)
    , m_picture(new QLabel)
    , m_caption(wrappedLabel("dim", objectName + QStringLiteral("Caption")))
    , m_note(wrappedLabel("dim", objectName + QStringLiteral("Note")))
{
    m_picture->setObjectName(objectName + QStringLiteral("Picture"));
    m_picture->setAccessibleName(tr("The picture as the model sees it"));
    auto* words = new QVBoxLayout;
    words->addWidget(m_caption);
    words->addWidget(m_note);
    words->addStretch(1);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(10);
    row->addWidget(m_picture, 0, Qt::AlignTop);
    row->addLayout(words, 1);
    followTextSize(this, [this] { show(m_caption->text()); });
    clear();
}

void SeenPicture::setPicture(int size, const std::vector<std::uint8_t>& brightness, const QString& caption)
{
    const auto side = static_cast<std::size_t>(size > 0 ? size : 0);
    m_image = side > 0 && brightness.size() == side * side
        ? QImage(brightness.data(), size, size, size, QImage::Format_Grayscale8).copy()
        : QImage();
    show(caption);
}

void SeenPicture::clear()
{
    m_image = {};
    m_note->setVisible(false);
    show({});
}

void SeenPicture::setNote(const QString& note)
{
    m_note->setText(note);
    m_note->setVisible(!note.isEmpty());
}

void SeenPicture::show(const QString& caption)
{
    m_picture->setVisible(!m_image.isNull());
    if (!m_image.isNull()) {
        auto pixels = QPixmap::fromImage(m_image.scaled(QSize(scaled(kSide), scaled(kSide)) * devicePixelRatioF(),
            Qt::KeepAspectRatio, Qt::SmoothTransformation));
        pixels.setDevicePixelRatio(devicePixelRatioF());
        m_picture->setPixmap(pixels);
    }
    m_caption->setText(caption);
    m_caption->setVisible(!caption.isEmpty());
    setVisible(!caption.isEmpty());
}

} // namespace ui
