#include "imaging/pacs/tls_stream.h"

#include "imaging/pacs/association_broken.h"
#include "imaging/pacs/tls_wording.h"

#include <cerrno>
#include <cstdint>
#include <utility>

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>

namespace imaging::pacs::detail {

namespace {

// OpenSSL's own way to a socket raises SIGPIPE, which ends the program, when the other side has gone.

int descriptorOf(BIO* bio)
{
    return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
}

bool isTemporary()
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

int readBio(BIO* bio, char* bytes, int size)
{
    BIO_clear_retry_flags(bio);
    const ssize_t count = ::recv(descriptorOf(bio), bytes, static_cast<std::size_t>(size), 0);
    if (count < 0 && isTemporary())
        BIO_set_retry_read(bio);
    return static_cast<int>(count);
}

int writeBio(BIO* bio, const char* bytes, int size)
{
    BIO_clear_retry_flags(bio);
    const ssize_t count = ::send(descriptorOf(bio), bytes, static_cast<std::size_t>(size), MSG_NOSIGNAL);
    if (count < 0 && isTemporary())
        BIO_set_retry_write(bio);
    return static_cast<int>(count);
}

long controlBio(BIO* /*bio*/, int command, long /*number*/, void* /*pointer*/)
{
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

BIO* makeBio(const Descriptor& socket)
{
    static const BIO_METHOD* const method = [] { // For the whole run, so never freed.
        BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket without signals");
        BIO_meth_set_read(made, readBio);
        BIO_meth_set_write(made, writeBio);
        BIO_meth_set_ctrl(made, controlBio);
        return made;
    }();
    BIO* bio = BIO_new(method);
    BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(socket.get())));
    BIO_set_init(bio, 1);
    return bio;
}

void expectHost(SSL* ssl, const std::string& host)
{
    if (X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1)
        return;
    SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (SSL_set1_host(ssl, host.c_str()) != 1 || SSL_set_tlsext_host_name(ssl, host.c_str()) != 1)
        throw AssociationBroken(BreakKind::Untrusted, "has a host name that no certificate can be for");
}

class TlsStream : public Stream
{
public:
    TlsStream(Descriptor socket, const TlsContext& context, const std::string& host)
        : m_socket(std::move(socket))
        , m_ssl(SSL_new(context.get()))
        , m_expected{context.authorities(), host}
    {
        BIO* bio = makeBio(m_socket);
        SSL_set_bio(m_ssl.get(), bio, bio); // Owns it now.
        if (context.side() == TlsSide::Archive) {
            SSL_set_accept_state(m_ssl.get());
            return;
        }
        SSL_set_connect_state(m_ssl.get());
        expectHost(m_ssl.get(), host);
    }
    ~TlsStream() override { sayClosing(); }
    TlsStream(const TlsStream&) = delete;
    TlsStream& operator=(const TlsStream&) = delete;

    void shakeHands(const Deadline& deadline, const std::stop_token& stop)
    {
        m_isWhole = false;
        while (true) {
            ERR_clear_error();
            const int result = SSL_do_handshake(m_ssl.get());
            if (result == 1)
                break;
            waitForDescriptor(m_socket.get(), unfinished(result, TlsPhase::Handshake), deadline, stop);
        }
        m_isWhole = true;
    }

    Transfer read(std::span<std::byte> bytes) override
    {
        ERR_clear_error();
        std::size_t count = 0;
        const int result = SSL_read_ex(m_ssl.get(), bytes.data(), bytes.size(), &count);
        return result == 1 ? Transfer{count, 0} : Transfer{0, unfinished(result, TlsPhase::Data)};
    }

    Transfer write(std::span<const std::byte> bytes) override
    {
        ERR_clear_error();
        std::size_t count = 0;
        const int result = SSL_write_ex(m_ssl.get(), bytes.data(), bytes.size(), &count);
        return result == 1 ? Transfer{count, 0} : Transfer{0, unfinished(result, TlsPhase::Data)};
    }

    void endWriting() noexcept override
    {
        sayClosing();
        ::shutdown(m_socket.get(), SHUT_WR);
    }

    int descriptor() const override { return m_socket.get(); }

private:
    struct Free
    {
        void operator()(SSL* ssl) const { SSL_free(ssl); }
    };

    /// What a call that gave `result` waits for. Throws AssociationBroken when it has failed.
    short unfinished(int result, TlsPhase phase)
    {
        const int outcome = SSL_get_error(m_ssl.get(), result);
        if (outcome == SSL_ERROR_WANT_READ)
            return POLLIN;
        if (outcome == SSL_ERROR_WANT_WRITE)
            return POLLOUT;
        m_isWhole = false;
        if (outcome == SSL_ERROR_SYSCALL && phase == TlsPhase::Data)
            takeLastAlert();
        throw tlsFailure(ERR_peek_last_error(), SSL_get_verify_result(m_ssl.get()), phase, m_expected);
    }

    /// Who writes to a side that has closed learns nothing of the alert that came before: with TLS 1.3 the reason why
    /// this side's certificate was not accepted.
    void takeLastAlert()
    {
        ERR_clear_error();
        std::byte none{};
        std::size_t count = 0;
        SSL_read_ex(m_ssl.get(), &none, 1, &count);
    }

    /// The close_notify alert (RFC 8446 6.1), which must not follow a failure.
    void sayClosing() noexcept
    {
        if (std::exchange(m_isWhole, false))
            SSL_shutdown(m_ssl.get());
        ERR_clear_error();
    }

    Descriptor m_socket;
    std::unique_ptr<SSL, Free> m_ssl;
    TlsExpected m_expected;
    bool m_isWhole = false; ///< Agreed on, and nothing has failed since.
};

} // namespace

std::unique_ptr<Stream> tlsStream(Descriptor socket, const TlsContext& context, const std::string& host,
    std::chrono::milliseconds timeout, const std::stop_token& stop)
{
    makeNonBlocking(socket);
    auto stream = std::make_unique<TlsStream>(std::move(socket), context, host);
    stream->shakeHands(Deadline(timeout), stop);
    return stream;
}

} // namespace imaging::pacs::detail
