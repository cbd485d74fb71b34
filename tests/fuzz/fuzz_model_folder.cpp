// What lies in a model's folder: the first byte of an input says which file, the rest is the file. Others beside it are
// sound.

#include "imaging/error.h"
#include "models/blip/config.h"
#include "models/blip2/config.h"
#include "models/clip/config.h"
#include "models/clip/load_clip.h"
#include "models/weights/safetensors.h"

#include <ATen/ATen.h>

#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace {

using models::weights::StateDict;

/// A folder of this process, with the weights of a small CLIP of open_clip and one shard.
class Folder
{
public:
    Folder()
    {
        std::string name = (std::filesystem::temp_directory_path() / "limn-fuzz-XXXXXX").string();
        if (!::mkdtemp(name.data()))
            std::abort();
        m_path = name;
        models::weights::writeSafetensors(m_path / "open_clip_model.safetensors", smallClip());
        models::weights::writeSafetensors(m_path / "one.safetensors", {{"a", at::ones({2})}, {"b", at::ones({3})}});
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }

    const std::filesystem::path& put(const char* name, const std::uint8_t* data, std::size_t size)
    {
        std::ofstream(m_path / name, std::ios::binary)
            .write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
        return m_path;
    }

private:
    static void addBlock(StateDict& weights, const std::string& front, std::int64_t width)
    {
        weights[front + "ln_1.weight"] = weights[front + "ln_2.weight"] = at::ones({width});
        weights[front + "ln_1.bias"] = weights[front + "ln_2.bias"] = at::zeros({width});
        weights[front + "attn.in_proj_weight"] = at::zeros({3 * width, width});
        weights[front + "attn.in_proj_bias"] = at::zeros({3 * width});
        weights[front + "attn.out_proj.weight"] = at::zeros({width, width});
        weights[front + "attn.out_proj.bias"] = weights[front + "mlp.c_proj.bias"] = at::zeros({width});
        weights[front + "mlp.c_fc.weight"] = at::zeros({8, width});
        weights[front + "mlp.c_fc.bias"] = at::zeros({8});
        weights[front + "mlp.c_proj.weight"] = at::zeros({width, 8});
    }

    static StateDict smallClip()
    {
        StateDict weights;
        weights["visual.conv1.weight"] = at::zeros({12, 3, 4, 4});
        weights["visual.class_embedding"] = at::zeros({12});
        weights["visual.positional_embedding"] = at::zeros({5, 12});
        for (const char* name : {"visual.ln_pre", "visual.ln_post"}) {
            weights[std::string(name) + ".weight"] = at::ones({12});
            weights[std::string(name) + ".bias"] = at::zeros({12});
        }
        weights["visual.proj"] = at::zeros({12, 6});
        addBlock(weights, "visual.transformer.resblocks.0.", 12);
        addBlock(weights, "transformer.resblocks.0.", 8);
        weights["token_embedding.weight"] = at::zeros({10, 8});
        weights["positional_embedding"] = at::zeros({7, 8});
        weights["ln_final.weight"] = at::ones({8});
        weights["ln_final.bias"] = at::zeros({8});
        weights["text_projection"] = at::zeros({8, 6});
        weights["logit_scale"] = at::ones({});
        return weights;
    }

    std::filesystem::path m_path;
};

void open(Folder& folder, std::uint8_t kind, const std::uint8_t* data, std::size_t size)
{
    switch (kind % 6) {
    case 0:
        models::clip::readClipConfig(folder.put("config.json", data, size));
        break;
    case 1:
        models::blip::readBlipConfig(folder.put("config.json", data, size));
        break;
    case 2:
        models::blip2::readBlip2Config(folder.put("config.json", data, size));
        break;
    case 3:
        models::clip::openClip(folder.put("open_clip_config.json", data, size));
        break;
    case 4:
        models::weights::readSafetensors(folder.put("model.safetensors.index.json", data, size));
        break;
    default:
        models::weights::readSafetensors(folder.put("x.safetensors", data, size) / "x.safetensors");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static Folder folder;
    if (size == 0)
        return 0;
    try {
        open(folder, data[0], data + 1, size - 1);
    } catch (const imaging::Error&) {
        return 0; // Refused: the only way out besides success.
    }
    return 0;
}
