#include "models/lvit/training/open_averaged_masks.h"

#include "models/lvit/training/pseudo_labels.h"
#include "models/training/training_state.h"
#include "models/weights/safetensors.h"

#include <nlohmann/json.hpp>

namespace models::lvit {

namespace {

/// P of a training that is not going on: opened for reading only in what it does.
class SavedMasks : public AveragedMasks
{
public:
    SavedMasks(const std::filesystem::path& file, const at::Tensor& rows, int size)
        : m_labels(file, rows.numel(), /*channels=*/1, size)
        , m_pictures(rows.numel())
        , m_size(size)
    {
        m_labels.restore(rows);
    }

    int size() const override { return m_size; }

    std::vector<float> of(std::int64_t picture) const override
    {
        if (picture < 0 || picture >= m_pictures || !m_labels.has(picture))
            return {};
        const auto mask = m_labels.of(picture).contiguous(); // [1, S, S]
        return {mask.const_data_ptr<float>(), mask.const_data_ptr<float>() + mask.numel()};
    }

private:
    PseudoLabels m_labels;
    std::int64_t m_pictures;
    int m_size;
};

} // namespace

std::unique_ptr<AveragedMasks> openAveragedMasks(const std::filesystem::path& output)
{
    const auto state = output / "training" / "state.safetensors";
    const auto masks = output / "training" / kPseudoLabelsFile;
    if (!std::filesystem::exists(state) || !std::filesystem::exists(masks))
        return nullptr;
    const auto settings =
        nlohmann::json::parse(training::readState(state).settings, nullptr, /*allow_exceptions=*/false);
    const auto tensors = weights::readSafetensors(state);
    const auto rows = tensors.find(kLabelRows);
    const auto size = settings.is_object() ? settings.value("pictureSize", 0) : 0;
    if (rows == tensors.end() || size < 1)
        return nullptr;
    return std::make_unique<SavedMasks>(masks, rows->second, size);
}

} // namespace models::lvit
