#include "models/kernels/byte_product_code.h"

namespace models::kernels::detail {

void multiplyBytesBase(const ByteProduct& product, int first, int last)
{
    multiplyRows(product, first, last);
}

} // namespace models::kernels::detail
