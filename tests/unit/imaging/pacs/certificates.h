#pragma once

#include <filesystem>
#include <string>

struct evp_pkey_st;
struct x509_st;

/// A certificate and its key, made on the spot and written as PEM files: nothing secret is kept in the repository.
class Certificate
{
public:
    struct Wish
    {
        std::string name; ///< Of the subject, and of the files.
        std::string hosts; ///< "DNS:localhost,IP:127.0.0.1"; empty for an authority.
        int daysFrom = -1; ///< Valid from here, in days from now ...
        int daysTo = 30; ///< ... to here.
    };

    /// Signed by `authority`, or by itself when there is none.
    Certificate(const std::filesystem::path& folder, const Wish& wish, const Certificate* authority = nullptr);
    ~Certificate();
    Certificate(const Certificate&) = delete;
    Certificate& operator=(const Certificate&) = delete;

    const std::filesystem::path& file() const { return m_file; }
    const std::filesystem::path& keyFile() const { return m_keyFile; }
    /// Another file of the key, protected by a pass phrase.
    std::filesystem::path protectedKeyFile() const;

private:
    std::filesystem::path m_file;
    std::filesystem::path m_keyFile;
    evp_pkey_st* m_key;
    x509_st* m_certificate;
};
