#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The DICOM Upper Layer's protocol data units, PS3.8 section 9.3.

namespace imaging::pacs::detail {

using Bytes = std::vector<std::byte>;

inline constexpr std::string_view kDicomApplicationContext = "1.2.840.10008.3.1.1.1"; // PS3.7 A.2.1.

enum class PduType : std::uint8_t {
    AssociateRequest = 1,
    AssociateAccept = 2,
    AssociateReject = 3,
    Data = 4,
    ReleaseRequest = 5,
    ReleaseReply = 6,
    Abort = 7,
};

/// Result of a presentation context, PS3.8 table 9-18.
enum class ContextResult : std::uint8_t {
    Accepted = 0,
    UserRejection = 1,
    NoReason = 2,
    AbstractSyntaxNotSupported = 3,
    TransferSyntaxesNotSupported = 4,
};

/// A presentation context as proposed (all transfer syntaxes) or as answered (one, and a result).
struct PresentationContext
{
    std::uint8_t id = 1; ///< Odd, 1..255.
    std::string abstractSyntax; ///< Empty in an answer.
    std::vector<std::string> transferSyntaxes;
    ContextResult result = ContextResult::Accepted;
};

/// A-ASSOCIATE-RQ and A-ASSOCIATE-AC have the same layout.
struct Associate
{
    std::string calledAeTitle;
    std::string callingAeTitle;
    std::string applicationContext{kDicomApplicationContext};
    std::vector<PresentationContext> contexts;
    std::uint32_t maxPdu = 0; ///< Longest P-DATA the sender of this takes, in bytes; 0: any.
    std::uint16_t protocolVersion = 1;
};

/// A-ASSOCIATE-RJ, PS3.8 table 9-21.
struct Reject
{
    std::uint8_t result = 1; ///< 1 permanent, 2 transient.
    std::uint8_t source = 1; ///< 1 user, 2 ACSE, 3 presentation.
    std::uint8_t reason = 1;
};

/// What identifies this program to others (PS3.7 D.3.3.2); the UID is derived from a UUID (PS3.5 B.2).
extern const char* const kImplementationClassUid;
extern const char* const kImplementationVersion;

Bytes encodeAssociate(PduType type, const Associate& associate);
Bytes encodeReject(const Reject& reject);
Bytes encodeRelease(PduType type);
Bytes encodeAbort();

/// `body` is the PDU without its six bytes of type and length.
/// Throws AssociationBroken(Protocol) when it does not hold together. Unknown items are skipped, as PS3.8 demands.
Associate decodeAssociate(PduType type, std::span<const std::byte> body);
Reject decodeReject(std::span<const std::byte> body);

/// "does not know this program's AE title", ready to follow the other side's name.
std::string describe(const Reject& reject);

} // namespace imaging::pacs::detail
