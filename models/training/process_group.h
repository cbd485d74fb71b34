#pragma once

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace models::training {

/// The processes that train one network together. Each is started with the variables of torchrun: RANK, WORLD_SIZE,
/// MASTER_ADDR and MASTER_PORT (LOCAL_RANK chooses the GPU). All of them must make the same calls in the same order.
class ProcessGroup
{
public:
    /// Nothing when WORLD_SIZE is not set or 1. Waits until all processes are there. Gloo on the CPU, NCCL on GPUs
    /// where this program was built with it. Throws Error(WrongUse) for variables that are missing or make no sense,
    /// Error(Io) when the processes do not find each other within `seconds`. Later they wait an hour for each other,
    /// since the first one scores and writes alone.
    static std::unique_ptr<ProcessGroup> fromEnvironment(c10::Device device, int seconds = 300);
    ~ProcessGroup();

    int rank() const { return m_rank; }
    int size() const { return m_size; }
    bool isFirst() const { return m_rank == 0; }
    /// First, and one past the last, of this process's part of `count` things in a row.
    std::pair<std::int64_t, std::int64_t> shareOf(std::int64_t count) const;

    /// Sum over all processes, in place; the tensor may be on any device. Throws Error(Io) when one of them has gone.
    void sum(at::Tensor& tensor) const;
    /// The first process's values, in place; the tensor may be on any device.
    void broadcast(at::Tensor& tensor) const;
    /// True in all processes when it is true in one.
    bool any(bool value) const;

private:
    struct Backend;
    ProcessGroup(std::unique_ptr<Backend> backend, int rank, int size);

    std::unique_ptr<Backend> m_backend;
    int m_rank = 0;
    int m_size = 1;
};

/// Adds up the tensors over all processes in one exchange, in place.
void sumTogether(const ProcessGroup& group, const std::vector<at::Tensor>& tensors);

/// LOCAL_RANK, or 0: which GPU of this machine is this process's.
int localRank();

} // namespace models::training
