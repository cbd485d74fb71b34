#include "imaging/error.h"
#include "models/text/wordpiece.h"

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>

namespace {

const models::text::WordPiece& tokenizer()
{
    static const auto made = [] {
        const auto file =
            std::filesystem::temp_directory_path() / ("limn-fuzz-vocabulary-" + std::to_string(std::rand()));
        std::ofstream(file) << "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\nlung\na\n##a\n.\n";
        auto result = std::make_unique<models::text::WordPiece>(file, /*lowerCase=*/true);
        std::filesystem::remove(file);
        return result;
    }();
    return *made;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto result = tokenizer().encode({reinterpret_cast<const char*>(data), size}, 64);
    if (result.ids.size() < 2 || result.ids.size() > 64 || result.continuesWord.size() != result.ids.size())
        std::abort();
    return 0;
}
