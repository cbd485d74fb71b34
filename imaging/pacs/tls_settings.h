#pragma once

#include <filesystem>

namespace imaging::pacs {

/// Certificates for DICOM over TLS (PS3.15 B.12), as files in PEM form. A call needs `authorities`, and the other two
/// where the archive asks its callers for a certificate. An archive needs `certificate` and `privateKey`; with
/// `authorities` it serves only callers that show a certificate, too.
struct TlsSettings
{
    std::filesystem::path authorities; ///< One of them must have signed the other side's certificate.
    std::filesystem::path certificate; ///< This program's, followed by those between it and its authority.
    std::filesystem::path privateKey; ///< Of the certificate; without a pass phrase.
};

} // namespace imaging::pacs
