#include "models/language/linear.h"

namespace models::language {

at::Tensor LinearImpl::forward(const at::Tensor& x)
{
    return m_bytes ? m_bytes->run(x, bias) : torch::nn::LinearImpl::forward(x);
}

void LinearImpl::holdInBytes(const at::Tensor& matrix)
{
    m_bytes.emplace(matrix);
    parameters_.erase("weight");
    weight.reset();
}

} // namespace models::language
