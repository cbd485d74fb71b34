#pragma once

#include "models/weights/byte_source.h"
#include "models/weights/pickle_objects.h"

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace models::weights::detail {

/// Runs one pickle (protocols 2 to 5, binary opcodes) as a stack machine over values. Needs no recursion, so nothing in
/// a file can exhaust the stack.
class PickleMachine
{
public:
    PickleMachine(ByteSource& source, PickleObjects& objects)
        : m_source(source)
        , m_objects(objects)
    {
    }

    /// Reads from the source's position up to and with STOP. Throws Error(Model).
    TorchValue* run();

private:
    bool runScalar(std::uint8_t code);
    bool runString(std::uint8_t code);
    bool runContainer(std::uint8_t code);
    bool runStack(std::uint8_t code);
    bool runObject(std::uint8_t code);

    void push(TorchValue* value);
    TorchValue* pop();
    TorchValue& top();
    void pushInteger(std::int64_t value);
    void pushText(TorchValue::Kind kind, std::uint64_t bytes);
    void pushTuple(std::size_t count);
    void pushGlobal(const std::string& module, const std::string& name);
    void pushLong(std::uint64_t bytes);
    std::size_t popMark();
    void appendFrom(std::size_t first, bool pairs);
    void remember(std::uint64_t index);
    void recall(std::uint64_t index);
    TorchValue* tupleFrom(std::size_t first);

    ByteSource& m_source;
    PickleObjects& m_objects;
    std::vector<TorchValue*> m_stack;
    std::vector<std::size_t> m_marks;
    std::unordered_map<std::uint64_t, TorchValue*> m_memo;
};

} // namespace models::weights::detail
