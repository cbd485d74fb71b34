#include "models/kernels/row_product_code.h"

namespace models::kernels::detail {

void multiplyRowsAvx2(const RowProduct& product, int first, int last)
{
    multiplyNumbers(product, first, last);
}

} // namespace models::kernels::detail
