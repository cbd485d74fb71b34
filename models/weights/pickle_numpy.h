#pragma once

#include "models/weights/torch_pickle.h"

#include <c10/core/ScalarType.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace models::weights::detail {

/// The tensor type of a pickled `numpy.dtype`; nothing for text, objects, records and big endian numbers.
std::optional<c10::ScalarType> numpyType(const TorchValue& dtype);

/// A tensor of an array's raw bytes; undefined when the number of bytes does not fit.
at::Tensor numpyTensor(
    const std::vector<std::int64_t>& shape, c10::ScalarType type, bool columnMajor, const std::string& bytes);

/// Fills an Integer, Real or Bool value with one element.
void readNumpyScalar(TorchValue& value, const std::string& bytes, c10::ScalarType type);

} // namespace models::weights::detail
