#include "models/lvit/answering_network.h"

#include "models/lvit/load_network.h"

#include <torch/types.h>

namespace models::lvit {

AnsweringNetwork::AnsweringNetwork(const LViTPackage& package, c10::Device device, Arithmetic arithmetic)
    : m_package(package)
    , m_device(device)
{
    if (device.is_cpu() && arithmetic == Arithmetic::Fast && package.network.hasTransformers())
        m_fast.emplace(*loadNetwork(package, package.info.folder));
    else
        exact();
}

AnsweringNetwork::Prepared AnsweringNetwork::prepare(const at::Tensor& image)
{
    if (m_fast)
        return m_fast->prepare(image);
    return m_exact->prepare(image.to(m_device));
}

at::Tensor AnsweringNetwork::finish(const Prepared& prepared, const at::Tensor& text)
{
    if (m_fast)
        return m_fast->finish(std::get<fast::FastLViT::Prepared>(prepared), text);
    // A network that reads no text is given none.
    return m_exact->finish(std::get<LViTImpl::Prepared>(prepared), text.defined() ? text.to(m_device) : text);
}

LViT& AnsweringNetwork::exact()
{
    if (!m_exact) {
        m_exact = loadNetwork(m_package, m_package.info.folder);
        m_exact->eval();
        m_exact->to(m_device);
    }
    return m_exact;
}

} // namespace models::lvit
