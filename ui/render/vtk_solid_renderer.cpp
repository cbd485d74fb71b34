#include "imaging/error.h"
#include "ui/render/solid_presets.h"
#include "ui/render/solid_renderer.h"
#include "ui/render/surfaces_part.h"
#include "ui/render/volume_part.h"

#include <vtkAutoInit.h>
#include <vtkCamera.h>
#include <vtkCellPicker.h>
#include <vtkNew.h>
#include <vtkOpenGLRenderWindow.h>
#include <vtkRenderWindow.h>
#include <vtkRenderer.h>
#include <vtkUnsignedCharArray.h>
#include <vtkVolume.h>

#include <X11/Xlib.h>

#include <chrono>
#include <cstring>
#include <string>

VTK_MODULE_INIT(vtkRenderingOpenGL2);
VTK_MODULE_INIT(vtkRenderingVolumeOpenGL2);

namespace ui {

namespace {

/// VTK ends the program where it finds no display, so it is looked for before.
void requireDisplay()
{
    Display* display = XOpenDisplay(nullptr);
    int ignored = 0;
    const bool hasGl = display && XQueryExtension(display, "GLX", &ignored, &ignored, &ignored);
    if (display)
        XCloseDisplay(display);
    if (!display)
        throw imaging::Error(imaging::ErrorKind::NotFound,
            "3-D needs an X display, and none can be opened: start the program where DISPLAY is set.");
    if (!hasGl)
        throw imaging::Error(
            imaging::ErrorKind::NotFound, "3-D needs OpenGL, which this X display does not offer (GLX).");
}

/// Mesa's drawing on the processor's cores.
bool isSoftware(const std::string& device)
{
    for (const char* name : {"llvmpipe", "softpipe", "swrast", "Software Rasterizer"})
        if (device.find(name) != std::string::npos)
            return true;
    return false;
}

vtkSmartPointer<vtkRenderWindow> makeWindow()
{
    auto window = vtkSmartPointer<vtkRenderWindow>::New();
    window->SetOffScreenRendering(1);
    window->SetMultiSamples(0);
    window->SetSize(64, 64);
    return window;
}

bool isFastDevice(vtkRenderWindow& window)
{
    window.Render();
    auto* gl = vtkOpenGLRenderWindow::SafeDownCast(&window);
    const char* capabilities = gl ? gl->ReportCapabilities() : nullptr;
    return capabilities && !isSoftware(capabilities);
}

class VtkSolidRenderer final : public SolidRenderer
{
public:
    VtkSolidRenderer()
        : m_window(makeWindow())
        , m_fast(isFastDevice(*m_window))
        , m_volume(m_fast)
        , m_surfaces(*m_renderer)
    {
        m_window->AddRenderer(m_renderer);
        m_renderer->SetBackground(0.035, 0.043, 0.05);
        m_renderer->AddVolume(&m_volume.prop());
        m_renderer->GetActiveCamera()->ParallelProjectionOn();
    }

    SolidPicture render(
        const SolidScene& scene, const SolidCamera& camera, int width, int height, SolidQuality quality) override
    {
        const bool isNew = scene != m_scene;
        if (isNew) {
            m_volume.follow(scene);
            m_surfaces.follow(scene);
            m_scene = scene;
        }
        m_window->SetSize(width, height);
        place(camera);
        m_volume.setQuality(quality);
        const auto before = std::chrono::steady_clock::now();
        m_window->Render();
        SolidPicture picture = read(width, height);
        const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - before;
        if (quality == SolidQuality::Coarse && !isNew)
            m_volume.tellCoarseTime(took.count());
        return picture;
    }

    std::optional<imaging::PatientPoint> pick(int x, int y) override
    {
        vtkNew<vtkCellPicker> picker;
        picker->SetTolerance(0.0005);
        picker->SetVolumeOpacityIsovalue(kSeenOpacity);
        picker->UseVolumeGradientOpacityOff();
        if (!picker->Pick(x, m_window->GetSize()[1] - 1 - y, 0, m_renderer))
            return std::nullopt;
        const double* at = picker->GetPickPosition();
        return imaging::PatientPoint{at[0], at[1], at[2]};
    }

    void forget() override
    {
        m_scene = {};
        m_volume.forget();
        m_surfaces.follow(m_scene);
    }

    bool isFast() const override { return m_fast; }

private:
    void place(const SolidCamera& camera)
    {
        constexpr double kDistance = 2000; // Of no effect on what is seen in parallel.
        auto* view = m_renderer->GetActiveCamera();
        const auto eye = camera.focus + kDistance * camera.toEye;
        view->SetFocalPoint(camera.focus.x, camera.focus.y, camera.focus.z);
        view->SetPosition(eye.x, eye.y, eye.z);
        view->SetViewUp(camera.up.x, camera.up.y, camera.up.z);
        view->SetParallelScale(camera.heightMm / 2);
        m_renderer->ResetCameraClippingRange();
    }

    SolidPicture read(int width, int height)
    {
        m_window->GetPixelData(0, 0, width - 1, height - 1, /*front=*/0, m_pixels, /*right=*/0);
        SolidPicture picture{width, height,
            std::vector<std::uint32_t>(static_cast<std::size_t>(width) * static_cast<std::size_t>(height))};
        const unsigned char* in = m_pixels->GetPointer(0);
        for (int row = height - 1; row >= 0; --row) { // OpenGL's rows begin at the bottom.
            std::uint32_t* out = picture.pixels.data() + static_cast<std::ptrdiff_t>(row) * width;
            for (int column = 0; column < width; ++column, in += 3)
                out[column] = 0xff000000U | (std::uint32_t{in[0]} << 16) | (std::uint32_t{in[1]} << 8) | in[2];
        }
        return picture;
    }

    vtkSmartPointer<vtkRenderWindow> m_window;
    vtkNew<vtkRenderer> m_renderer;
    vtkNew<vtkUnsignedCharArray> m_pixels;
    bool m_fast;
    SolidScene m_scene;
    VolumePart m_volume;
    SurfacesPart m_surfaces;
};

} // namespace

} // namespace ui

/// What ui::openSolidRenderer gives, for who has opened the library.
extern "C" __attribute__((visibility("default"))) ui::SolidRenderer* limnSolidRenderer()
{
    ui::requireDisplay();
    return new ui::VtkSolidRenderer;
}
