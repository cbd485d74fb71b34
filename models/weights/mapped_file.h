#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>

namespace models::weights {

/// A whole file as memory that is read when it is first used and given back when memory is short. What is written to it
/// stays in the program and never reaches the file.
///
/// A file that is shortened meanwhile would end the program (SIGBUS). Its lost pages become zeros instead, and
/// requireFilesUnchanged() tells.
class MappedFile
{
public:
    /// nullptr where the file cannot be mapped or as many are as can be watched. Throws nothing.
    static std::shared_ptr<MappedFile> open(const std::filesystem::path& file);

    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;
    ~MappedFile();

    std::byte* data() const { return m_data; }
    std::size_t size() const { return m_size; }

private:
    MappedFile() = default;

    std::byte* m_data = nullptr;
    std::size_t m_size = 0;
    std::size_t m_slot = 0;
};

/// To be called when something was computed from mapped files: throws Error(Model) when one of them was changed or
/// shortened since it was opened, for then nobody knows what it was computed from.
void requireFilesUnchanged();

} // namespace models::weights
