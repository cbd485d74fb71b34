#include "models/training/training_place.h"

#include "imaging/error.h"
#include "models/layers/device.h"
#include "models/training/train_options.h"

namespace models::training {

namespace {

c10::Device ownDevice(const std::string& name)
{
    const auto device = layers::chooseDevice(name);
    return device.is_cuda() && !device.has_index() ? c10::Device(c10::kCUDA, c10::DeviceIndex(localRank())) : device;
}

void requireFreshOrResume(const TrainOptions& options, const std::filesystem::path& stateFile)
{
    if (!options.resume && std::filesystem::exists(stateFile))
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "The folder '" + options.output.string()
                + "' already holds a training: resume it or choose another output folder.",
            options.output.string());
}

/// The temporary files of imaging::AtomicFile.
void removeUnfinishedFiles(const std::filesystem::path& folder)
{
    std::error_code ignored;
    for (std::filesystem::directory_iterator next(folder, ignored), end; !ignored && next != end;
         next.increment(ignored)) {
        std::error_code notRemoved;
        if (next->path().extension() == ".part" && next->is_regular_file(notRemoved))
            std::filesystem::remove(next->path(), notRemoved);
    }
}

} // namespace

void requireNoOtherPackage(const TrainOptions& options)
{
    const auto training = options.output / "training";
    const bool holdsState = std::filesystem::exists(training / "state.safetensors");
    if (std::filesystem::exists(options.output / "config.json") && !holdsState
        && !(options.resume && std::filesystem::exists(training)))
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "The folder '" + options.output.string()
                + "' already holds a model package, which a training would overwrite: choose another output folder.",
            options.output.string());
}

TrainingPlace::TrainingPlace(const TrainOptions& options)
    : m_folder(options.output / "training")
    , m_stateFile(m_folder / "state.safetensors")
    , m_device(ownDevice(options.device))
    , m_group(ProcessGroup::fromEnvironment(m_device))
{
    if (isFirst())
        m_lock.emplace(m_folder);
    requireFreshOrResume(options, m_stateFile);
    m_resumes = options.resume && std::filesystem::exists(m_stateFile);
    if (!isFirst())
        return;
    removeUnfinishedFiles(options.output);
    removeUnfinishedFiles(m_folder);
}

} // namespace models::training
