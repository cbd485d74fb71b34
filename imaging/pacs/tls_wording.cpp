#include "imaging/pacs/tls_wording.h"

#include "imaging/dicom/prescan.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

namespace imaging::pacs::detail {

namespace {

std::string faultOfCertificate(long verified, const TlsExpected& expected)
{
    switch (verified) {
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
        return "that is not for the host " + quotedName(expected.host);
    case X509_V_ERR_CERT_HAS_EXPIRED:
        return "that has expired";
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return "that is not valid yet";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
        return "that no authority in " + quotedName(expected.authorities) + " vouches for";
    default:
        return std::string("that cannot be trusted: ") + X509_verify_cert_error_string(verified);
    }
}

bool isOtherProtocol(int reason)
{
    return reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST || reason == SSL_R_HTTPS_PROXY_REQUEST
        || reason == SSL_R_PACKET_LENGTH_TOO_LONG || reason == SSL_R_UNEXPECTED_MESSAGE;
}

bool isOldVersion(int reason)
{
    return reason == SSL_R_UNSUPPORTED_PROTOCOL || reason == SSL_R_TLSV1_ALERT_PROTOCOL_VERSION
        || reason == SSL_R_VERSION_TOO_LOW;
}

/// Alerts of the other side about this program's certificate, RFC 8446 6.2.
bool isAboutOwnCertificate(int reason)
{
    return reason == SSL_R_TLSV1_ALERT_UNKNOWN_CA || reason == SSL_R_SSLV3_ALERT_BAD_CERTIFICATE
        || reason == SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE || reason == SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED
        || reason == SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED || reason == SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN
        || reason == SSL_R_TLSV1_ALERT_ACCESS_DENIED;
}

AssociationBroken closed(TlsPhase phase)
{
    if (phase == TlsPhase::Data)
        return {BreakKind::Closed, "closed the connection"};
    return {BreakKind::Closed, "closed the connection before TLS was agreed on; perhaps it does not speak TLS there"};
}

} // namespace

AssociationBroken tlsFailure(unsigned long error, long verified, TlsPhase phase, const TlsExpected& expected)
{
    const int reason = ERR_GET_REASON(error);
    const char* text = ERR_reason_error_string(error);
    if (error == 0 || ERR_GET_LIB(error) != ERR_LIB_SSL || text == nullptr
        || reason == SSL_R_UNEXPECTED_EOF_WHILE_READING)
        return closed(phase);
    if (reason == SSL_R_CERTIFICATE_VERIFY_FAILED)
        return {BreakKind::Untrusted, "showed a certificate " + faultOfCertificate(verified, expected)};
    if (reason == SSL_R_PEER_DID_NOT_RETURN_A_CERTIFICATE)
        return {BreakKind::Untrusted, "showed no certificate, which is asked for"};
    if (reason == SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED)
        return {BreakKind::Untrusted, "asks for a certificate of this program, and none was given"};
    if (isAboutOwnCertificate(reason))
        return {BreakKind::Untrusted, std::string("does not accept this program's certificate (") + text + ")"};
    if (phase == TlsPhase::Handshake && isOtherProtocol(reason))
        return {BreakKind::Protocol, "does not speak TLS there"};
    if (isOldVersion(reason))
        return {BreakKind::Protocol, "knows no version of TLS that is safe, 1.2 or 1.3"};
    if (reason == SSL_R_SSLV3_ALERT_HANDSHAKE_FAILURE || reason == SSL_R_NO_SHARED_CIPHER)
        return {BreakKind::Refused, "has no cipher in common with this program, or asks for its certificate"};
    return {BreakKind::Protocol, std::string("broke the TLS connection (") + text + ")"};
}

} // namespace imaging::pacs::detail
