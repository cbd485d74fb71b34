#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <filesystem>
#include <string>

namespace models::weights {

/// One object of a Hugging Face config.json, value by value, each with the default it has there. All throw Error(Model),
/// which names the model, the file, the key and what is wrong. The JSON must outlive this.
class ModelSettings
{
public:
    /// `called` begins sentences: "The settings of the CLIP model".
    ModelSettings(const nlohmann::json& object, std::string called, std::filesystem::path file);

    /// The object under a key, {} without one; its keys are called "key.name" in sentences.
    ModelSettings part(const char* key) const;

    /// A whole number from `least` to `most`.
    std::int64_t count(const char* key, std::int64_t standard, std::int64_t most, std::int64_t least = 1) const;

    /// A number from 0 to below 1.
    double fraction(const char* key, double standard) const;

    /// A number from 0 to `most`.
    double number(const char* key, double standard, double most) const;

    bool flag(const char* key, bool standard) const;

    /// Whether the key is there and not null.
    bool has(const char* key) const;

    std::string word(const char* key, const char* standard) const;

    /// Refuses what is none of "gelu" (with the error function), "gelu_new", "relu" and "silu".
    void requireActivation(const std::string& name) const;

    /// The key in quotes, with the objects around it: "text_config.hidden_size".
    std::string quoted(const char* key) const;

    [[noreturn]] void refuse(const std::string& reason) const;

private:
    const nlohmann::json& m_object;
    std::string m_called;
    std::string m_where; ///< In front of keys: "text_config."
    std::filesystem::path m_file;
};

} // namespace models::weights
