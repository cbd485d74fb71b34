#include "models/training/process_group.h"

#include "imaging/error.h"

#include <ATen/ATen.h>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#ifdef USE_C10D_GLOO
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#endif
#ifdef USE_C10D_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>

namespace models::training {

namespace {

using imaging::Error;
using imaging::ErrorKind;

std::optional<std::string> variable(const char* name)
{
    const auto* value = std::getenv(name);
    return value && *value ? std::optional<std::string>(value) : std::nullopt;
}

int number(const char* name, int least, int most)
{
    const auto text = variable(name);
    if (!text)
        throw Error(ErrorKind::WrongUse,
            std::string("WORLD_SIZE says that several processes train together, but ") + name
                + " is not set: start them with torchrun, or set RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT.");
    int value = 0;
    const auto* end = text->data() + text->size();
    if (const auto [rest, error] = std::from_chars(text->data(), end, value);
        error != std::errc() || rest != end || value < least || value > most)
        throw Error(ErrorKind::WrongUse,
            std::string(name) + " is '" + *text + "', but must be a whole number from " + std::to_string(least) + " to "
                + std::to_string(most) + ".");
    return value;
}

/// Runs `work`; c10d's exceptions become ours.
template <typename Work> auto exchange(const char* what, Work work)
{
    try {
        return work();
    } catch (const std::exception& error) {
        throw Error(ErrorKind::Io,
            std::string("The processes that train together ") + what
                + ": has one of them stopped, or is MASTER_ADDR wrong? (" + std::string(error.what()).substr(0, 200)
                + ")");
    }
}

#ifdef USE_C10D_GLOO
c10::intrusive_ptr<c10d::Backend> makeGloo(
    const c10::intrusive_ptr<c10d::Store>& store, int rank, int size, const std::string& master, int seconds)
{
    auto options = c10d::ProcessGroupGloo::Options::create(std::chrono::seconds(seconds));
    const auto interface = variable("GLOO_SOCKET_IFNAME");
    const bool local = master == "localhost" || master == "::1" || master.starts_with("127.");
    options->devices.push_back(interface ? c10d::ProcessGroupGloo::createDeviceForInterface(*interface)
            : local                      ? c10d::ProcessGroupGloo::createDeviceForHostname(master)
                                         : c10d::ProcessGroupGloo::createDefaultDevice());
    return c10::make_intrusive<c10d::ProcessGroupGloo>(store, rank, size, options);
}
#endif

c10::intrusive_ptr<c10d::Backend> makeBackend(const c10::intrusive_ptr<c10d::Store>& store, int rank, int size,
    const std::string& master, c10::Device device, int seconds)
{
#ifdef USE_C10D_NCCL
    if (device.is_cuda())
        return c10::make_intrusive<c10d::ProcessGroupNCCL>(store, rank, size);
#endif
    if (device.is_cuda())
        throw Error(ErrorKind::Unsupported,
            "This program was built without NCCL, so several processes can only train on the CPU.").about("device");
#ifdef USE_C10D_GLOO
    return makeGloo(store, rank, size, master, seconds);
#else
    throw Error(ErrorKind::Unsupported,
        "This program was built without Gloo's headers (libgloo-dev), so only one process can train.");
#endif
}

} // namespace

struct ProcessGroup::Backend
{
    c10::intrusive_ptr<c10d::Store> store;
    c10::intrusive_ptr<c10d::Backend> group;
    c10::Device device;
};

ProcessGroup::ProcessGroup(std::unique_ptr<Backend> backend, int rank, int size)
    : m_backend(std::move(backend))
    , m_rank(rank)
    , m_size(size)
{
}

ProcessGroup::~ProcessGroup() = default;

std::unique_ptr<ProcessGroup> ProcessGroup::fromEnvironment(c10::Device device, int seconds)
{
    if (!variable("WORLD_SIZE"))
        return nullptr;
    const int size = number("WORLD_SIZE", 1, 65536);
    if (size == 1)
        return nullptr;
    const int rank = number("RANK", 0, size - 1);
    const int port = number("MASTER_PORT", 1, 65535);
    const auto master = variable("MASTER_ADDR").value_or("127.0.0.1");

    c10d::TCPStoreOptions options;
    options.port = std::uint16_t(port);
    options.isServer = rank == 0 && !variable("TORCHELASTIC_USE_AGENT_STORE").has_value();
    options.numWorkers = std::size_t(size);
    options.waitWorkers = false; // torchrun's own store counts its agents, not us
    options.timeout = std::chrono::seconds(seconds);
    auto backend = std::make_unique<Backend>(Backend{{}, {}, device});
    exchange("did not find each other", [&] {
        backend->store = c10::make_intrusive<c10d::TCPStore>(master, options);
        backend->group = makeBackend(backend->store, rank, size, master, device, seconds);
        backend->group->setTimeout(std::chrono::hours(1));
    });
    return std::unique_ptr<ProcessGroup>(new ProcessGroup(std::move(backend), rank, size));
}

std::pair<std::int64_t, std::int64_t> ProcessGroup::shareOf(std::int64_t count) const
{
    return {count * m_rank / m_size, count * (m_rank + 1) / m_size};
}

void ProcessGroup::sum(at::Tensor& tensor) const
{
    exchange("lost each other", [&] {
        std::vector<at::Tensor> list{tensor.to(m_backend->device)};
        m_backend->group->allreduce(list)->wait();
        tensor.copy_(list.front());
    });
}

void ProcessGroup::broadcast(at::Tensor& tensor) const
{
    exchange("lost each other", [&] {
        std::vector<at::Tensor> list{tensor.to(m_backend->device)};
        m_backend->group->broadcast(list)->wait();
        tensor.copy_(list.front());
    });
}

bool ProcessGroup::any(bool value) const
{
    auto flag = at::full({1}, value ? 1.0 : 0.0, at::kFloat);
    sum(flag);
    return flag.item<float>() > 0;
}

void sumTogether(const ProcessGroup& group, const std::vector<at::Tensor>& tensors)
{
    if (tensors.empty())
        return;
    std::vector<at::Tensor> flat;
    for (const auto& tensor : tensors)
        flat.push_back(tensor.reshape({-1}));
    auto all = at::cat(flat);
    group.sum(all);
    std::int64_t first = 0;
    for (const auto& tensor : tensors) {
        tensor.copy_(all.narrow(0, first, tensor.numel()).view(tensor.sizes()));
        first += tensor.numel();
    }
}

int localRank()
{
    return variable("LOCAL_RANK") ? number("LOCAL_RANK", 0, 1024) : 0;
}

} // namespace models::training
