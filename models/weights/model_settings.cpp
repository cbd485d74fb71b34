#include "models/weights/model_settings.h"

#include "imaging/error.h"

#include <nlohmann/json.hpp>

#include <utility>

namespace models::weights {

using nlohmann::json;

ModelSettings::ModelSettings(const json& object, std::string called, std::filesystem::path file)
    : m_object(object)
    , m_called(std::move(called))
    , m_file(std::move(file))
{
}

void ModelSettings::refuse(const std::string& reason) const
{
    throw imaging::Error(imaging::ErrorKind::Model,
        m_called + " in " + m_file.string() + " cannot be used: " + reason + ".", m_file.string());
}

std::string ModelSettings::quoted(const char* key) const
{
    return "\"" + m_where + key + "\"";
}

ModelSettings ModelSettings::part(const char* key) const
{
    static const auto kNothing = json::object();
    const auto found = m_object.find(key);
    const bool absent = found == m_object.end() || found->is_null();
    if (!absent && !found->is_object())
        refuse(quoted(key) + " is no object");
    ModelSettings part(absent ? kNothing : *found, m_called, m_file);
    part.m_where = m_where + key + ".";
    return part;
}

std::int64_t ModelSettings::count(
    const char* key, std::int64_t standard, std::int64_t most, std::int64_t least) const
{
    const auto value = m_object.value(key, json(standard));
    if (!value.is_number_integer() || value < least || value > most)
        refuse(quoted(key) + " is not a whole number from " + std::to_string(least) + " to "
            + std::to_string(most));
    return value.get<std::int64_t>();
}

double ModelSettings::fraction(const char* key, double standard) const
{
    const auto value = m_object.value(key, json(standard));
    if (!value.is_number() || !(value.get<double>() >= 0 && value.get<double>() < 1))
        refuse(quoted(key) + " is not a number from 0 to below 1");
    return value.get<double>();
}

double ModelSettings::number(const char* key, double standard, double most) const
{
    const auto value = m_object.value(key, json(standard));
    if (!value.is_number() || !(value.get<double>() >= 0 && value.get<double>() <= most))
        refuse(quoted(key) + " is not a number from 0 to " + json(most).dump());
    return value.get<double>();
}

bool ModelSettings::flag(const char* key, bool standard) const
{
    const auto value = m_object.value(key, json(standard));
    if (!value.is_boolean())
        refuse(quoted(key) + " is neither true nor false");
    return value.get<bool>();
}

bool ModelSettings::has(const char* key) const
{
    const auto found = m_object.find(key);
    return found != m_object.end() && !found->is_null();
}

std::string ModelSettings::word(const char* key, const char* standard) const
{
    const auto value = m_object.value(key, json(standard));
    if (!value.is_string())
        refuse(quoted(key) + " is not text");
    return value.get<std::string>();
}

void ModelSettings::requireActivation(const std::string& name) const
{
    for (const char* known : {"gelu", "gelu_new", "relu", "silu"})
        if (name == known)
            return;
    refuse("the activation \"" + name + "\" is not supported");
}

} // namespace models::weights
