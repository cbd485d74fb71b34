#include "models/lvit/new_package.h"

#include "imaging/error.h"

#include <unistd.h>

#include <algorithm>
#include <system_error>

namespace models::lvit {

namespace {

namespace fs = std::filesystem;

constexpr const char* kSettings = "config.json"; // Moved last: what has it is a package.

[[noreturn]] void refuse(const fs::path& folder, const std::error_code& problem)
{
    throw imaging::Error(imaging::ErrorKind::Io,
        "The package '" + folder.string() + "' cannot be written: " + problem.message() + ".", folder.string());
}

fs::path withoutSlash(const fs::path& folder)
{
    const auto normal = fs::absolute(folder).lexically_normal();
    return normal.has_filename() ? normal : normal.parent_path();
}

} // namespace

void requireNoPackage(const fs::path& output)
{
    if (fs::exists(output / kSettings))
        throw imaging::Error(imaging::ErrorKind::WrongUse,
            "The folder '" + output.string() + "' already holds a model package: choose another one.", output.string());
}

NewPackage::NewPackage(const fs::path& output)
    : m_output(withoutSlash(output))
    , m_folder(m_output)
{
    requireNoPackage(output);
    m_folder += std::string("-").append(std::to_string(::getpid())).append(".part");
    std::error_code problem;
    for (auto parent = m_output.parent_path(); !parent.empty() && !fs::exists(parent, problem);
         parent = parent.parent_path())
        m_made.push_back(parent);
    fs::remove_all(m_folder, problem); // Of a killed process that had this number.
    fs::create_directories(m_folder, problem);
    if (problem)
        refuse(m_output, problem);
}

NewPackage::~NewPackage()
{
    std::error_code ignored;
    fs::remove_all(m_folder, ignored);
    for (const auto& made : m_made)
        fs::remove(made, ignored); // Only where it is empty.
}

void NewPackage::finish()
{
    std::error_code problem;
    fs::create_directories(m_output, problem);
    std::vector<fs::path> files;
    for (fs::directory_iterator next(m_folder, problem), end; !problem && next != end; next.increment(problem))
        files.push_back(next->path());
    std::stable_partition(
        files.begin(), files.end(), [](const fs::path& file) { return file.filename() != kSettings; });
    for (const auto& file : files)
        if (!problem)
            fs::rename(file, m_output / file.filename(), problem);
    if (problem)
        refuse(m_output, problem);
    m_made.clear();
    fs::remove_all(m_folder, problem);
}

} // namespace models::lvit
