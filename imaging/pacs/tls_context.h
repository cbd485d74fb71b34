#pragma once

#include "imaging/pacs/tls_settings.h"

#include <memory>
#include <string>

struct ssl_ctx_st;

namespace imaging::pacs::detail {

enum class TlsSide { Caller, Archive };

/// Certificates and rules of one side, read once and used for any number of connections. The rules are those of the
/// BCP 195 profile (PS3.15 B.12; RFC 9325): TLS 1.2 and 1.3, keys that are forgotten (ECDHE), authenticated ciphers, no
/// compression, no renegotiation.
class TlsContext
{
public:
    /// Throws Error(WrongUse|NotFound|InvalidInput) when the settings lack a file that this side needs, or a file is
    /// not what it should be.
    TlsContext(const TlsSettings& settings, TlsSide side);

    ssl_ctx_st* get() const { return m_context.get(); }
    TlsSide side() const { return m_side; }
    /// The file of the authorities, for sentences.
    const std::string& authorities() const { return m_authorities; }

private:
    struct Free
    {
        void operator()(ssl_ctx_st* context) const;
    };

    std::unique_ptr<ssl_ctx_st, Free> m_context;
    TlsSide m_side;
    std::string m_authorities;
};

} // namespace imaging::pacs::detail
