#include "imaging/shared_library.h"
#include "ui/render/solid_renderer.h"

namespace ui {

std::unique_ptr<SolidRenderer> openSolidRenderer()
{
    using Make = SolidRenderer* (*)();
    static const auto make = reinterpret_cast<Make>(
        imaging::functionOf("limn-render", "limnSolidRenderer", "The library that draws in 3-D"));
    return std::unique_ptr<SolidRenderer>(make());
}

} // namespace ui
