// Runs a fuzz target without libFuzzer: every seed file as it is, then mutations of them from a fixed random seed, so
// that a failure can be repeated. With clang, LIMN_LIBFUZZER=ON links the same targets to libFuzzer instead.
//
//     fuzz_x [--rounds N] [--seed S] FILE-OR-FOLDER ...

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t kMaxSeedBytes = 1U << 16U;

void addSeed(const std::filesystem::path& file, std::vector<Bytes>& seeds)
{
    std::ifstream stream(file, std::ios::binary);
    Bytes bytes{std::istreambuf_iterator<char>(stream), {}};
    bytes.resize(std::min(bytes.size(), kMaxSeedBytes));
    seeds.push_back(std::move(bytes));
}

void addSeeds(const std::filesystem::path& path, std::vector<Bytes>& seeds)
{
    if (std::filesystem::is_regular_file(path))
        addSeed(path, seeds);
    if (!std::filesystem::is_directory(path))
        return;
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(path))
        if (entry.is_regular_file())
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const auto& file : files)
        addSeed(file, seeds);
}

/// Changes bytes, numbers at the edge, copies pieces, cuts: most changes near the start, where formats have their
/// headers.
void mutate(Bytes& bytes, std::mt19937_64& random)
{
    const auto place = [&] {
        return bytes.empty() ? 0
                             : random() % (random() % 2 == 0 ? std::min<std::size_t>(bytes.size(), 512) : bytes.size());
    };
    for (auto changes = 1 + random() % 6; changes > 0 && !bytes.empty(); --changes) {
        switch (random() % 6) {
        case 0:
            bytes[place()] = static_cast<std::uint8_t>(random());
            break;
        case 1:
            bytes[place()] ^= static_cast<std::uint8_t>(1U << (random() % 8));
            break;
        case 2: {
            const std::uint64_t edges[] = {0, ~0ULL, 0x7fffffffffffffffULL, 0x80000000ULL, 0xffffffffULL, 1};
            const auto at = place();
            const auto width = std::min<std::size_t>(1U << (random() % 4), bytes.size() - at);
            std::memcpy(bytes.data() + at, &edges[random() % std::size(edges)], width);
            break;
        }
        case 3:
            bytes.resize(place());
            break;
        case 4:
            bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(place()), static_cast<std::uint8_t>(random()));
            break;
        default: {
            const auto from = place();
            const Bytes piece(bytes.begin() + static_cast<std::ptrdiff_t>(from),
                bytes.begin()
                    + static_cast<std::ptrdiff_t>(from + std::min<std::size_t>(random() % 40, bytes.size() - from)));
            bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(place()), piece.begin(), piece.end());
        }
        }
    }
}

} // namespace

int main(int argc, char** argv)
{
    std::uint64_t rounds = 1000;
    std::uint64_t seed = 1;
    std::vector<Bytes> seeds;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (argument == "--rounds" && i + 1 < argc)
            rounds = std::strtoull(argv[++i], nullptr, 10);
        else if (argument == "--seed" && i + 1 < argc)
            seed = std::strtoull(argv[++i], nullptr, 10);
        else
            addSeeds(argument, seeds);
    }
    if (seeds.empty())
        seeds.push_back(Bytes(64, 0));
    for (const auto& bytes : seeds)
        LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    std::mt19937_64 random(seed);
    for (std::uint64_t round = 0; round < rounds; ++round) {
        auto bytes = seeds[random() % seeds.size()];
        mutate(bytes, random);
        LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
    }
    std::printf("%zu seeds and %llu mutations: no crash\n", seeds.size(), static_cast<unsigned long long>(rounds));
}
