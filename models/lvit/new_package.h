#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace models::lvit {

/// Throws Error(WrongUse) when the folder already holds a model package.
void requireNoPackage(const std::filesystem::path& output);

/// A package that appears whole or not at all: its files are written to folder(), beside `output`, and moved there by
/// finish(); without that they go away again, with every folder that was made for them.
class NewPackage
{
public:
    /// Throws Error(WrongUse) as requireNoPackage, Error(Io) when the folder cannot be made.
    explicit NewPackage(const std::filesystem::path& output);
    ~NewPackage();
    NewPackage(const NewPackage&) = delete;
    NewPackage& operator=(const NewPackage&) = delete;

    const std::filesystem::path& folder() const { return m_folder; }

    /// Throws Error(Io).
    void finish();

private:
    std::filesystem::path m_output;
    std::filesystem::path m_folder;
    std::vector<std::filesystem::path> m_made; ///< Folders above, the innermost first.
};

} // namespace models::lvit
