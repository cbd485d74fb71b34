#pragma once

#include "models/training/folder_lock.h"
#include "models/training/process_group.h"

#include <c10/core/Device.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>

namespace models::training {

struct TrainOptions;

/// Throws Error(WrongUse) when the output folder holds a package that this training would not go on with.
void requireNoOtherPackage(const TrainOptions& options);

/// Where a training runs and writes, and the processes it shares the work with. One of them writes: it holds the lock
/// of options.output/training and removes what a killed run left half written there.
class TrainingPlace
{
public:
    /// Throws Error(WrongUse) for a folder another training writes to, or one that holds a training and `resume` is
    /// off; as layers::chooseDevice and ProcessGroup::fromEnvironment.
    explicit TrainingPlace(const TrainOptions& options);

    const std::filesystem::path& folder() const { return m_folder; }
    const std::filesystem::path& stateFile() const { return m_stateFile; }
    bool resumes() const { return m_resumes; } ///< Asked for, and there is a state.
    c10::Device device() const { return m_device; } ///< Of several GPUs that of this process.
    const ProcessGroup* group() const { return m_group.get(); } ///< Null when one process trains alone.
    int processes() const { return m_group ? m_group->size() : 1; }
    bool isFirst() const { return !m_group || m_group->isFirst(); } ///< Whether this is the process that writes.
    bool any(bool value) const { return m_group ? m_group->any(value) : value; } ///< True in all when true in one.

private:
    std::filesystem::path m_folder;
    std::filesystem::path m_stateFile;
    c10::Device m_device;
    std::unique_ptr<ProcessGroup> m_group;
    std::optional<FolderLock> m_lock; ///< Of the process that writes.
    bool m_resumes;
};

} // namespace models::training
