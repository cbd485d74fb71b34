#include "models/weights/safetensors.h"

#include "imaging/error.h"
#include "models/weights/safetensors_file.h"
#include "models/weights/safetensors_types.h"

#include <algorithm>
#include <vector>

namespace models::weights {

namespace {

using imaging::Error;
using imaging::ErrorKind;

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

std::vector<detail::SafetensorsEntry> entriesOf(const std::vector<Item>& items)
{
    std::vector<detail::SafetensorsEntry> entries;
    std::uint64_t offset = 0;
    for (const auto& item : items) {
        const auto end = offset + item.tensor.nbytes();
        entries.push_back({*item.name, item.type, item.tensor.sizes().vec(), offset, end});
        offset = end;
    }
    return entries;
}

} // namespace

void writeSafetensors(const std::filesystem::path& file, const StateDict& tensors, const SafetensorsMetadata& metadata)
{
    const auto items = itemsOf(tensors, file);
    detail::SafetensorsWriter output(file, entriesOf(items), metadata);
    for (const auto& item : items) {
        const auto plain = item.tensor.detach().resolve_neg().to(at::kCPU).contiguous();
        output.write(plain.const_data_ptr(), plain.nbytes());
    }
    output.commit();
}

} // namespace models::weights
