#include "certificates.h"

#include <atomic>
#include <cstdio>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

namespace {

void require(bool isDone)
{
    if (!isDone)
        throw std::runtime_error("OpenSSL could not make a certificate for the test");
}

void addExtension(X509* certificate, X509* issuer, int kind, const std::string& value)
{
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str());
    require(extension != nullptr);
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
}

template <typename Write> void writeFile(const std::filesystem::path& path, Write write)
{
    std::FILE* file = std::fopen(path.c_str(), "w");
    require(file != nullptr);
    const bool isWritten = write(file) == 1;
    std::fclose(file);
    require(isWritten);
}

long nextSerial()
{
    static std::atomic<long> last{0};
    return ++last;
}

} // namespace

Certificate::Certificate(const std::filesystem::path& folder, const Wish& wish, const Certificate* authority)
    : m_file(folder / (wish.name + ".pem"))
    , m_keyFile(folder / (wish.name + ".key"))
    , m_key(EVP_EC_gen("P-256"))
    , m_certificate(X509_new())
{
    constexpr long kDay = 24L * 3600;
    X509* const issuer = authority != nullptr ? authority->m_certificate : m_certificate;
    X509_set_version(m_certificate, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(m_certificate), nextSerial());
    X509_gmtime_adj(X509_getm_notBefore(m_certificate), wish.daysFrom * kDay);
    X509_gmtime_adj(X509_getm_notAfter(m_certificate), wish.daysTo * kDay);
    X509_set_pubkey(m_certificate, m_key);
    X509_NAME* name = X509_get_subject_name(m_certificate);
    X509_NAME_add_entry_by_txt(
        name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>(wish.name.c_str()), -1, -1, 0);
    X509_set_issuer_name(m_certificate, X509_get_subject_name(issuer));
    addExtension(
        m_certificate, issuer, NID_basic_constraints, wish.hosts.empty() ? "critical,CA:TRUE" : "critical,CA:FALSE");
    if (!wish.hosts.empty())
        addExtension(m_certificate, issuer, NID_subject_alt_name, wish.hosts);
    require(X509_sign(m_certificate, authority != nullptr ? authority->m_key : m_key, EVP_sha256()) > 0);
    writeFile(m_file, [this](std::FILE* file) { return PEM_write_X509(file, m_certificate); });
    writeFile(m_keyFile, [this](std::FILE* file) {
        return PEM_write_PrivateKey(file, m_key, nullptr, nullptr, 0, nullptr, nullptr);
    });
}

Certificate::~Certificate()
{
    X509_free(m_certificate);
    EVP_PKEY_free(m_key);
}

std::filesystem::path Certificate::protectedKeyFile() const
{
    auto path = m_keyFile;
    path.replace_extension(".protected");
    unsigned char phrase[] = "secret";
    writeFile(path, [&](std::FILE* file) {
        return PEM_write_PrivateKey(file, m_key, EVP_aes_128_cbc(), phrase, 6, nullptr, nullptr);
    });
    return path;
}
