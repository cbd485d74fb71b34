#include "imaging/dicom/uid.h"

#include "imaging/error.h"

#include <algorithm>

namespace imaging {

bool isValidUid(std::string_view uid)
{
    constexpr std::size_t kLongestUid = 64;
    if (uid.empty() || uid.size() > kLongestUid || uid.front() == '.' || uid.back() == '.')
        return false;
    if (uid.find("..") != std::string_view::npos)
        return false;
    return std::all_of(uid.begin(), uid.end(), [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

std::string fileNameOfUid(std::string_view uid, std::string_view extension)
{
    if (!isValidUid(uid))
        throw Error(ErrorKind::InvalidInput,
            "An object was refused: its UID is not made of digits and dots, so it cannot be stored under that name.");
    return std::string(uid) + std::string(extension);
}

} // namespace imaging
