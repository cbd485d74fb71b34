#include "imaging/pacs/tls_context.h"

#include "imaging/dicom/prescan.h"
#include "imaging/error.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

namespace imaging::pacs::detail {

namespace {

constexpr const char* kCiphersOfTls12 = "ECDHE+AESGCM:ECDHE+CHACHA20"; // RFC 9325 4.2; TLS 1.3 has no others.

/// OpenSSL's reason for the last failure of this thread.
std::string reason()
{
    const char* text = ERR_reason_error_string(ERR_peek_last_error());
    return text == nullptr ? "no reason is known" : text;
}

void requireFile(const std::filesystem::path& file)
{
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(file, ignored))
        throw Error(ErrorKind::NotFound, "The file " + quotedName(file.string()) + " for TLS is not there.",
            file.string());
}

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& fault)
{
    throw Error(ErrorKind::InvalidInput, "The file " + quotedName(file.string()) + " " + fault + ".", file.string());
}

void checkComplete(const TlsSettings& settings, TlsSide side)
{
    if (settings.certificate.empty() != settings.privateKey.empty())
        throw Error(ErrorKind::WrongUse,
            "A certificate and its private key belong together for TLS; only one of them was given.");
    if (side == TlsSide::Caller && settings.authorities.empty())
        throw Error(ErrorKind::WrongUse,
            "TLS needs the certificate of the authority that vouches for the archive; none was given.");
    if (side == TlsSide::Archive && settings.certificate.empty())
        throw Error(ErrorKind::WrongUse,
            "An archive that speaks TLS needs a certificate and its private key; none was given.");
}

void setRules(SSL_CTX* context)
{
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_security_level(context, 2); // RSA keys of 2048 bits and more, no SHA-1.
    SSL_CTX_set_cipher_list(context, kCiphersOfTls12);
    SSL_CTX_set_options(context,
        SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_TICKET);
    // Associations are long: a session is never taken up again.
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(context, 0);
    // What is written next may lie elsewhere, and be shorter, after a wait.
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

void readAuthorities(SSL_CTX* context, const std::filesystem::path& file, TlsSide side)
{
    requireFile(file);
    if (SSL_CTX_load_verify_file(context, file.c_str()) != 1)
        refuse(file, "holds no certificate of an authority in PEM form (" + reason() + ")");
    if (side == TlsSide::Archive) // Named to callers, who may have several certificates.
        SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(file.c_str()));
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
}

/// In place of OpenSSL's own answer, which asks on the terminal.
int noPassPhrase(char* /*buffer*/, int /*size*/, int /*writing*/, void* asked)
{
    *static_cast<bool*>(asked) = true;
    return -1;
}

bool isMismatch(unsigned long error)
{
    return ERR_GET_LIB(error) == ERR_LIB_X509 && ERR_GET_REASON(error) == X509_R_KEY_VALUES_MISMATCH;
}

void readCertificate(SSL_CTX* context, const TlsSettings& settings)
{
    bool isProtected = false;
    SSL_CTX_set_default_passwd_cb(context, noPassPhrase);
    SSL_CTX_set_default_passwd_cb_userdata(context, &isProtected);
    requireFile(settings.certificate);
    requireFile(settings.privateKey);
    if (SSL_CTX_use_certificate_chain_file(context, settings.certificate.c_str()) != 1)
        refuse(settings.certificate, "holds no certificate in PEM form that can be used for TLS (" + reason() + ")");
    const bool isRead = SSL_CTX_use_PrivateKey_file(context, settings.privateKey.c_str(), SSL_FILETYPE_PEM) == 1;
    if (isProtected)
        refuse(settings.privateKey, "is protected by a pass phrase, which is not asked for; give a key without one");
    if (!isRead && !isMismatch(ERR_peek_last_error()))
        refuse(settings.privateKey, "holds no private key in PEM form (" + reason() + ")");
    if (!isRead || SSL_CTX_check_private_key(context) != 1)
        refuse(settings.privateKey,
            "holds a key that does not belong to the certificate " + quotedName(settings.certificate.string()));
    SSL_CTX_set_default_passwd_cb_userdata(context, nullptr);
}

} // namespace

void TlsContext::Free::operator()(ssl_ctx_st* context) const
{
    SSL_CTX_free(context);
}

TlsContext::TlsContext(const TlsSettings& settings, TlsSide side)
    : m_side(side)
    , m_authorities(settings.authorities.string())
{
    checkComplete(settings, side);
    ERR_clear_error();
    m_context.reset(SSL_CTX_new(side == TlsSide::Caller ? TLS_client_method() : TLS_server_method()));
    if (!m_context)
        throw Error(ErrorKind::Internal, "TLS cannot be used: " + reason() + ".");
    setRules(m_context.get());
    if (!settings.authorities.empty())
        readAuthorities(m_context.get(), settings.authorities, side);
    if (!settings.certificate.empty())
        readCertificate(m_context.get(), settings);
    ERR_clear_error();
}

} // namespace imaging::pacs::detail
