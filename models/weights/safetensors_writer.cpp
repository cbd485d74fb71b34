#include "models/weights/safetensors.h"

#include "imaging/error.h"
#include "imaging/files/atomic_file.h"
#include "models/weights/safetensors_header.h"

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

namespace models::weights {

namespace {

using imaging::Error;
using imaging::ErrorKind;

/// Writes piece by piece to a file that gets its name in commit(), or vanishes.
class PieceWriter
{
public:
    explicit PieceWriter(const std::filesystem::path& target)
        : m_file(target)
        , m_target(target)
        , m_descriptor(::open(m_file.temporaryPath().c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666))
    {
        if (m_descriptor < 0)
            imaging::AtomicFile::throwIo(m_target, errno);
    }
    PieceWriter(const PieceWriter&) = delete;
    PieceWriter& operator=(const PieceWriter&) = delete;
    ~PieceWriter()
    {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
    }

    void write(const void* data, std::size_t bytes)
    {
        const char* next = static_cast<const char*>(data);
        while (bytes > 0) {
            const auto written = ::write(m_descriptor, next, bytes);
            if (written < 0 && errno == EINTR)
                continue;
            if (written <= 0)
                imaging::AtomicFile::throwIo(m_target, errno);
            next += written;
            bytes -= static_cast<std::size_t>(written);
        }
    }

    void commit()
    {
        if (::close(std::exchange(m_descriptor, -1)) != 0)
            imaging::AtomicFile::throwIo(m_target, errno);
        m_file.commit();
    }

private:
    imaging::AtomicFile m_file;
    std::filesystem::path m_target;
    int m_descriptor;
};

struct Item
{
    const std::string* name;
    at::Tensor tensor;
    std::string_view type;
};

std::vector<Item> itemsOf(const StateDict& tensors, const std::filesystem::path& file)
{
    std::vector<Item> items;
    for (const auto& [name, tensor] : tensors) {
        const auto type = tensor.defined() ? detail::safetensorsTypeName(tensor.scalar_type()) : std::nullopt;
        if (!type || name == "__metadata__")
            throw Error(ErrorKind::Unsupported,
                "The tensor " + name + " cannot be stored in " + file.string()
                    + ": the format has no such type or name.",
                file.string());
        items.push_back({&name, tensor, *type});
    }
    // The widest types first, as the reference does: every tensor then starts aligned.
    std::stable_sort(items.begin(), items.end(),
        [](const Item& left, const Item& right) { return left.tensor.element_size() > right.tensor.element_size(); });
    return items;
}

std::string headerOf(const std::vector<Item>& items, const SafetensorsMetadata& metadata)
{
    nlohmann::ordered_json header = nlohmann::ordered_json::object();
    if (!metadata.empty())
        header["__metadata__"] = metadata;
    std::uint64_t offset = 0;
    for (const auto& item : items) {
        const auto end = offset + item.tensor.nbytes();
        header[*item.name] = {
            {"dtype", item.type}, {"shape", item.tensor.sizes().vec()}, {"data_offsets", {offset, end}}};
        offset = end;
    }
    auto text = header.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    text.append((8 - text.size() % 8) % 8, ' ');
    return text;
}

} // namespace

void writeSafetensors(const std::filesystem::path& file, const StateDict& tensors, const SafetensorsMetadata& metadata)
{
    const auto items = itemsOf(tensors, file);
    const auto header = headerOf(items, metadata);
    PieceWriter output(file);
    std::array<unsigned char, 8> length{};
    for (std::size_t i = 0; i < length.size(); ++i)
        length[i] = static_cast<unsigned char>(static_cast<std::uint64_t>(header.size()) >> (8 * i));
    output.write(length.data(), length.size());
    output.write(header.data(), header.size());
    for (const auto& item : items) {
        const auto plain = item.tensor.detach().resolve_neg().to(at::kCPU).contiguous();
        output.write(plain.const_data_ptr(), plain.nbytes());
    }
    output.commit();
}

} // namespace models::weights
