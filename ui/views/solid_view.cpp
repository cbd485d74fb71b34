#include "ui/views/solid_view.h"

#include "ui/views/shown_picture.h"
#include "ui/views/view_state.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>
#include <array>
#include <utility>

namespace ui {

namespace {

constexpr int kStillAfter = 160; ///< Milliseconds.
constexpr double kMostHeight = 4000; ///< Millimetres.
constexpr double kLeastHeight = 5;

} // namespace

SolidView::SolidView(ShownPicture& picture, ViewState& state, SolidThread::Open open, QWidget* parent)
    : QWidget(parent)
    , m_picture(picture)
    , m_state(state)
    , m_thread(std::move(open))
    , m_bar(new QWidget)
    , m_presets(new QComboBox)
    , m_cropButton(new QToolButton)
{
    setObjectName(QStringLiteral("solidView"));
    setAccessibleName(tr("3-D"));
    setAccessibleDescription(tr("The volume and the masks in space; arrow keys turn them"));
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_OpaquePaintEvent);
    setMinimumSize(160, 160);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(12, 10, 12, 10);
    column->addWidget(m_bar, 0, Qt::AlignTop | Qt::AlignRight);
    fillBar();
    m_refine.setSingleShot(true);
    m_refine.setInterval(kStillAfter);
    connect(&m_refine, &QTimer::timeout, this, [this] { order(SolidQuality::Fine); });
    connect(&m_thread, &SolidThread::drawn, this, &SolidView::showDrawn);
    connect(&m_thread, &SolidThread::failed, this, [this](const QString& why) {
        m_failure = why;
        m_still = true;
        update();
        Q_EMIT settled();
    });
    connect(&m_thread, &SolidThread::picked, this, [this](const auto& point) {
        if (point)
            m_state.setCrosshair(*point);
    });
    connect(&picture, &ShownPicture::volumeChanged, this, &SolidView::showVolume);
    const auto again = [this] { order(SolidQuality::Fine); };
    connect(&picture, &ShownPicture::surfacesChanged, this, again);
    connect(&state, &ViewState::layoutChanged, this, again);
    connect(&state, &ViewState::windowChanged, this, [this] {
        if (preset() == SolidPreset::Window)
            order(SolidQuality::Coarse);
    });
    connect(&state, &ViewState::planesChanged, this, qOverload<>(&QWidget::update));
    showVolume();
}

void SolidView::fillBar()
{
    auto* row = new QHBoxLayout(m_bar);
    row->setContentsMargins(0, 0, 0, 0);
    m_presets->setAccessibleName(tr("What of the volume is seen"));
    m_presets->setToolTip(m_presets->accessibleName());
    connect(m_presets, &QComboBox::activated, this, [this] { m_wanted = preset(); });
    connect(m_presets, &QComboBox::currentIndexChanged, this, [this] { order(SolidQuality::Fine); });
    auto* sides = new QComboBox;
    sides->setObjectName(QStringLiteral("solidSides"));
    sides->setAccessibleName(tr("From where it is seen"));
    sides->setToolTip(sides->accessibleName());
    sides->addItems({tr("From the front"), tr("From the back"), tr("From the left"), tr("From the right"),
        tr("From the head"), tr("From the feet")});
    connect(sides, &QComboBox::activated, this, [this](int side) { lookFrom(static_cast<SolidSide>(side)); });
    m_cropButton->setText(tr("Crop"));
    m_cropButton->setCheckable(true);
    m_cropButton->setToolTip(tr("Cut the volume and the masks by a box: drag the round handles of its sides"));
    connect(m_cropButton, &QToolButton::toggled, this, &SolidView::setCropping);
    for (QWidget* part : std::initializer_list<QWidget*>{m_presets, sides, m_cropButton})
        row->addWidget(part);
}

/// Those that say something about the volume: presets by Hounsfield units for a CT alone.
void SolidView::fillPresets()
{
    const QSignalBlocker quiet(m_presets);
    m_presets->clear();
    const auto add = [this](const QString& name, SolidPreset preset) { m_presets->addItem(name, static_cast<int>(preset)); };
    const auto& volume = m_picture.volume();
    if (volume && volume->info().unit == "HU") {
        add(tr("Bone"), SolidPreset::Bone);
        add(tr("Lung"), SolidPreset::Lung);
        add(tr("Vessels"), SolidPreset::Vessels);
        add(tr("Soft tissue"), SolidPreset::Soft);
    }
    add(tr("By the window"), SolidPreset::Window);
    add(tr("Masks only"), SolidPreset::None);
    m_presets->setCurrentIndex(std::max(0, m_presets->findData(static_cast<int>(m_wanted))));
}

SolidPreset SolidView::preset() const
{
    return static_cast<SolidPreset>(m_presets->currentData().toInt());
}

void SolidView::setPreset(SolidPreset preset)
{
    m_wanted = preset;
    if (const int at = m_presets->findData(static_cast<int>(preset)); at >= 0)
        m_presets->setCurrentIndex(at);
}

void SolidView::showVolume()
{
    fillPresets();
    m_image = QImage();
    m_last = {};
    m_thread.forget();
    m_crop.reset();
    if (const auto& volume = m_picture.volume()) {
        m_viewPoint = viewPointOf(volume->grid());
        m_crop.emplace(volume->grid());
    }
    order(SolidQuality::Fine);
    update();
}

void SolidView::lookFrom(SolidSide side)
{
    ViewPoint from = m_viewPoint;
    from.lookFrom(side);
    look(from);
}

void SolidView::setCropping(bool on)
{
    m_cropButton->setChecked(on);
    if (std::exchange(m_cropping, on) == on)
        return;
    order(SolidQuality::Fine);
    update();
}

void SolidView::look(const ViewPoint& from)
{
    m_viewPoint = from;
    m_viewPoint.heightMm = std::clamp(m_viewPoint.heightMm, kLeastHeight, kMostHeight);
    order(SolidQuality::Coarse);
}

SolidScene SolidView::scene() const
{
    SolidScene scene;
    scene.volume = m_picture.volume();
    scene.preset = preset();
    scene.window = m_state.window();
    scene.surfaces = m_picture.surfaces();
    if (m_cropping && m_crop && !m_crop->isWhole())
        scene.crop = m_crop->region();
    return scene;
}

/// Nothing is drawn for nobody: what is out of sight, or a picture that is no volume.
void SolidView::order(SolidQuality quality)
{
    if (!isVisible() || !m_state.canBeCut() || width() < 2 || height() < 2)
        return;
    m_still = false;
    m_last = {scene(), m_viewPoint.camera(), size() * devicePixelRatioF(), quality};
    m_thread.draw(m_last);
    if (quality == SolidQuality::Coarse)
        m_refine.start();
}

void SolidView::showDrawn(const QImage& image, const SolidOrder& order)
{
    if (order.scene.volume != m_picture.volume())
        return; // Another picture has been opened meanwhile.
    m_failure.clear();
    m_image = image;
    m_imagePoint = m_viewPoint;
    m_still = order.quality == SolidQuality::Fine && order.camera == m_viewPoint.camera() && order.scene == scene();
    update();
    if (m_still)
        Q_EMIT settled();
}

} // namespace ui
