#pragma once

#include <string>
#include <string_view>

namespace imaging {

/// Whether this is a UID as PS3.5 section 9.1 has it: at most 64 digits and dots, no empty component. Leading zeros in
/// a component are let through: real archives hold many such UIDs, and they harm nothing.
bool isValidUid(std::string_view uid);

/// "UID.dcm" for a UID that came from a file or another node. Throws Error(InvalidInput) unless isValidUid(): what came
/// over the network must never choose a path.
std::string fileNameOfUid(std::string_view uid, std::string_view extension = ".dcm");

} // namespace imaging
