#pragma once

#include "imaging/dicom/scan.h"

#include "tests/support/dicom_bytes.h"

#include <QString>
#include <QTemporaryDir>

#include <algorithm>
#include <string>
#include <vector>

/// What the tests of scanning share: a folder that pictures are written into, and looks at what was found in it.
namespace test {

/// A folder that pictures are put into, with UIDs and file names of their own.
class Folder
{
public:
    Folder& add(PictureSpec spec, const DicomBytes& more = DicomBytes())
    {
        const int number = ++m_count;
        if (spec.instanceUid == PictureSpec{}.instanceUid)
            spec.instanceUid = "1.2.3.1." + std::to_string(number);
        spec.instanceNumber = number;
        // Names that do not sort as the slices lie.
        return addBytes("file" + std::to_string((number * 7919) % 1000), pictureFile(spec, more));
    }

    Folder& addBytes(const std::string& name, const Bytes& bytes)
    {
        writeFile(path(name), bytes);
        return *this;
    }

    std::string path(const std::string& name = {}) const
    {
        return m_folder.filePath(QString::fromStdString(name)).toStdString();
    }

    imaging::ScanResult scan() const { return imaging::scanPath(path(), {}, {}); }

private:
    QTemporaryDir m_folder;
    int m_count = 0;
};

inline PictureSpec at(double z)
{
    PictureSpec spec;
    spec.position = "-10\\-20\\" + std::to_string(z);
    return spec;
}

/// z of each slice in display order.
inline std::vector<double> heights(const imaging::SeriesInfo& series)
{
    std::vector<double> result;
    for (const auto& ref : series.order)
        result.push_back(QString::fromStdString(series.files.at(static_cast<std::size_t>(ref.file)).imagePosition)
                             .section('\\', 2)
                             .toDouble());
    return result;
}

inline bool mentions(const imaging::Warnings& warnings, const QString& words)
{
    return std::any_of(warnings.begin(), warnings.end(),
        [&](const std::string& w) { return QString::fromStdString(w).contains(words); });
}

} // namespace test
