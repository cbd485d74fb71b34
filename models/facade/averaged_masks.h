#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

namespace models {

/// The masks that a training averaged for the pictures without a label while it went on (EPI; Li et al., IEEE TMI 2024).
class AveragedMasks
{
public:
    virtual ~AveragedMasks() = default;

    virtual int size() const = 0; ///< Of the network's square picture.

    /// Probabilities [size, size] row by row of a picture of the training split, by its place in it from 0; empty where
    /// the training kept none. Throws Error(Io).
    virtual std::vector<float> of(std::int64_t picture) const = 0;
};

} // namespace models
