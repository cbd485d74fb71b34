#include "models/weights/mapped_file.h"

#include "imaging/error.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdint>
#include <mutex>
#include <string>

namespace models::weights {

namespace {

/// One mapped file; what the signal handler reads and writes is atomic.
struct Slot
{
    std::atomic<std::uintptr_t> begin{0}; ///< 0: free
    std::atomic<std::uintptr_t> end{0};
    std::atomic<bool> lost{false}; ///< Pages of it were no longer there.
    int descriptor = -1;
    struct stat opened = {};
    std::filesystem::path file;
};

std::array<Slot, 128> slots;
std::mutex slotsMutex; // Not for the handler.
struct sigaction actionBefore = {};
std::uintptr_t pageSize = 4096;

bool giveZeros(std::uintptr_t address)
{
    for (auto& slot : slots) {
        const auto begin = slot.begin.load();
        if (begin == 0 || address < begin || address >= slot.end.load())
            continue;
        void* page = reinterpret_cast<void*>(address / pageSize * pageSize);
        slot.lost = true;
        return ::mmap(page, pageSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == page;
    }
    return false;
}

/// Only calls what a signal handler may. A fault elsewhere ends the program as it would have without this.
void onBusError(int, siginfo_t* info, void*)
{
    const auto error = errno;
    if (!giveZeros(reinterpret_cast<std::uintptr_t>(info->si_addr)))
        ::sigaction(SIGBUS, &actionBefore, nullptr); // The fault happens again at once.
    errno = error;
}

void watchBusErrors()
{
    static const bool installed = [] {
        pageSize = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
        struct sigaction action = {};
        action.sa_sigaction = onBusError;
        action.sa_flags = SA_SIGINFO | SA_NODEFER;
        ::sigemptyset(&action.sa_mask);
        return ::sigaction(SIGBUS, &action, &actionBefore) == 0;
    }();
    static_cast<void>(installed);
}

Slot* freeSlot()
{
    for (auto& slot : slots)
        if (slot.begin == 0)
            return &slot;
    return nullptr;
}

bool isChanged(const Slot& slot)
{
    struct stat now = {};
    return slot.lost || ::fstat(slot.descriptor, &now) != 0 || now.st_size != slot.opened.st_size
        || now.st_mtim.tv_sec != slot.opened.st_mtim.tv_sec || now.st_mtim.tv_nsec != slot.opened.st_mtim.tv_nsec;
}

} // namespace

std::shared_ptr<MappedFile> MappedFile::open(const std::filesystem::path& file)
{
    const std::lock_guard lock(slotsMutex);
    watchBusErrors();
    auto* slot = freeSlot();
    const int descriptor = slot ? ::open(file.c_str(), O_RDONLY | O_CLOEXEC) : -1;
    if (descriptor < 0)
        return nullptr;
    void* memory = MAP_FAILED;
    if (::fstat(descriptor, &slot->opened) == 0 && slot->opened.st_size > 0)
        memory = ::mmap(nullptr, static_cast<std::size_t>(slot->opened.st_size), PROT_READ | PROT_WRITE,
            MAP_PRIVATE | MAP_NORESERVE, descriptor, 0);
    if (memory == MAP_FAILED) {
        ::close(descriptor);
        return nullptr;
    }
    std::shared_ptr<MappedFile> mapped(new MappedFile);
    mapped->m_data = static_cast<std::byte*>(memory);
    mapped->m_size = static_cast<std::size_t>(slot->opened.st_size);
    mapped->m_slot = static_cast<std::size_t>(slot - slots.data());
    slot->descriptor = descriptor;
    slot->file = file;
    slot->lost = false;
    slot->end = reinterpret_cast<std::uintptr_t>(memory) + mapped->m_size;
    slot->begin = reinterpret_cast<std::uintptr_t>(memory);
    return mapped;
}

MappedFile::~MappedFile()
{
    if (!m_data)
        return;
    const std::lock_guard lock(slotsMutex);
    auto& slot = slots[m_slot];
    slot.begin = 0;
    ::munmap(m_data, m_size);
    ::close(slot.descriptor);
}

void requireFilesUnchanged()
{
    const std::lock_guard lock(slotsMutex);
    for (const auto& slot : slots)
        if (slot.begin != 0 && isChanged(slot))
            throw imaging::Error(imaging::ErrorKind::Model,
                "The file " + slot.file.string()
                    + " was changed while the model in it was in use: what came out is not to be relied on. Open the "
                      "model again.",
                slot.file.string());
}

} // namespace models::weights
