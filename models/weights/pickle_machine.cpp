#include "models/weights/pickle_machine.h"

#include <array>
#include <bit>
#include <cstdio>

namespace models::weights::detail {

namespace {

using Kind = TorchValue::Kind;

constexpr std::uint8_t kStop = '.';
constexpr int kNewestProtocol = 5;
constexpr std::size_t kMaxStack = 8'000'000;
constexpr std::size_t kMaxMemo = 4'000'000; // As many as there may be objects.
constexpr std::size_t kMaxName = 1024;

} // namespace

void PickleMachine::push(TorchValue* value)
{
    if (m_stack.size() >= kMaxStack)
        m_source.fail("its pickle piles up more values than any model's");
    m_stack.push_back(value);
}

TorchValue* PickleMachine::pop()
{
    auto* value = &top();
    m_stack.pop_back();
    return value;
}

TorchValue& PickleMachine::top()
{
    const auto floor = m_marks.empty() ? 0 : m_marks.back();
    if (m_stack.size() <= floor)
        m_source.fail("its pickle takes a value that is not there");
    return *m_stack.back();
}

std::size_t PickleMachine::popMark()
{
    if (m_marks.empty())
        m_source.fail("its pickle lacks a mark");
    const auto mark = m_marks.back();
    m_marks.pop_back();
    return mark;
}

void PickleMachine::pushInteger(std::int64_t value)
{
    auto* made = m_objects.make(Kind::Integer);
    made->integer = value;
    push(made);
}

void PickleMachine::pushText(Kind kind, std::uint64_t bytes)
{
    auto text = m_source.text(bytes);
    auto* made = m_objects.make(kind);
    made->text = std::move(text);
    push(made);
}

/// Two's complement, little endian. What does not fit 64 bits is kept as bytes.
void PickleMachine::pushLong(std::uint64_t bytes)
{
    if (bytes > 8) {
        auto* number = m_objects.make(Kind::Opaque);
        number->text = "builtins.int";
        pushText(Kind::Bytes, bytes);
        const TorchValue* digits = pop();
        m_objects.append(*number, &digits, 1);
        push(number);
        return;
    }
    auto value = m_source.littleEndian(static_cast<int>(bytes));
    if (bytes > 0 && bytes < 8 && ((value >> (8 * bytes - 1)) & 1U) != 0)
        value |= ~std::uint64_t{0} << (8 * bytes);
    pushInteger(std::bit_cast<std::int64_t>(value));
}

void PickleMachine::pushGlobal(const std::string& module, const std::string& name)
{
    auto* made = m_objects.make(Kind::Opaque);
    made->text = module + "." + name;
    push(made);
}

TorchValue* PickleMachine::tupleFrom(std::size_t first)
{
    auto* tuple = m_objects.make(Kind::Tuple);
    m_objects.append(*tuple, m_stack.data() + first, m_stack.size() - first);
    m_stack.resize(first);
    return tuple;
}

void PickleMachine::pushTuple(std::size_t count)
{
    const auto floor = m_marks.empty() ? 0 : m_marks.back();
    if (m_stack.size() < floor + count)
        m_source.fail("its pickle takes a value that is not there");
    push(tupleFrom(m_stack.size() - count));
}

void PickleMachine::appendFrom(std::size_t first, bool pairs)
{
    const std::vector<TorchValue*> added(m_stack.begin() + static_cast<std::ptrdiff_t>(first), m_stack.end());
    m_stack.resize(first);
    auto& target = top();
    const bool fits = target.kind == Kind::Opaque
        || (pairs ? target.kind == Kind::Dict : target.kind == Kind::List || target.kind == Kind::Set);
    if (!fits || (pairs && added.size() % 2 != 0))
        m_source.fail("its pickle adds values to something that holds none");
    m_objects.append(target, added.data(), added.size());
}

void PickleMachine::remember(std::uint64_t index)
{
    if (m_memo.size() >= kMaxMemo)
        m_source.fail("its pickle remembers more values than any model's");
    m_memo[index] = &top();
}

void PickleMachine::recall(std::uint64_t index)
{
    const auto found = m_memo.find(index);
    if (found == m_memo.end())
        m_source.fail("its pickle recalls a value that it never stored");
    push(found->second);
}

bool PickleMachine::runScalar(std::uint8_t code)
{
    switch (code) {
    case 'N':
        push(m_objects.make(Kind::None));
        return true;
    case 0x88: // NEWTRUE
    case 0x89: // NEWFALSE
        push(m_objects.make(Kind::Bool));
        top().integer = code == 0x88 ? 1 : 0;
        return true;
    case 'K':
        pushInteger(m_source.byte());
        return true; // BININT1
    case 'M':
        pushInteger(static_cast<std::int64_t>(m_source.littleEndian(2)));
        return true; // BININT2
    case 'J':
        pushInteger(static_cast<std::int32_t>(m_source.littleEndian(4)));
        return true; // BININT
    case 0x8a:
        pushLong(m_source.byte());
        return true; // LONG1
    case 0x8b:
        pushLong(m_source.littleEndian(4));
        return true; // LONG4
    case 'G': { // BINFLOAT, big endian
        std::uint64_t bits = 0;
        for (int i = 0; i < 8; ++i)
            bits = (bits << 8) | m_source.byte();
        push(m_objects.make(Kind::Real));
        top().real = std::bit_cast<double>(bits);
        return true;
    }
    default:
        return false;
    }
}

bool PickleMachine::runString(std::uint8_t code)
{
    switch (code) {
    case 'X':
        pushText(Kind::String, m_source.littleEndian(4));
        return true; // BINUNICODE
    case 0x8c:
        pushText(Kind::String, m_source.byte());
        return true; // SHORT_BINUNICODE
    case 0x8d:
        pushText(Kind::String, m_source.littleEndian(8));
        return true; // BINUNICODE8
    case 'T':
        pushText(Kind::String, m_source.littleEndian(4));
        return true; // BINSTRING: Python 2's text
    case 'U':
        pushText(Kind::String, m_source.byte());
        return true; // SHORT_BINSTRING
    case 'B':
        pushText(Kind::Bytes, m_source.littleEndian(4));
        return true; // BINBYTES
    case 'C':
        pushText(Kind::Bytes, m_source.byte());
        return true; // SHORT_BINBYTES
    case 0x8e: // BINBYTES8
    case 0x96:
        pushText(Kind::Bytes, m_source.littleEndian(8));
        return true; // BYTEARRAY8
    default:
        return false;
    }
}

bool PickleMachine::runContainer(std::uint8_t code)
{
    switch (code) {
    case '}':
        push(m_objects.make(Kind::Dict));
        return true;
    case ']':
        push(m_objects.make(Kind::List));
        return true;
    case ')':
        push(m_objects.make(Kind::Tuple));
        return true;
    case 0x8f:
        push(m_objects.make(Kind::Set));
        return true; // EMPTY_SET
    case 't':
        push(tupleFrom(popMark()));
        return true;
    case 0x85: // TUPLE1
    case 0x86:
    case 0x87:
        pushTuple(code - 0x84U);
        return true;
    case 0x91: // FROZENSET
        push(tupleFrom(popMark()));
        top().kind = Kind::Set;
        return true;
    case 'a': // APPEND
        top();
        appendFrom(m_stack.size() - 1, /*pairs=*/false);
        return true;
    case 'e': // APPENDS
    case 0x90:
        appendFrom(popMark(), /*pairs=*/false);
        return true; // ADDITEMS
    case 's': // SETITEM
        if (m_stack.size() < (m_marks.empty() ? 0 : m_marks.back()) + 3)
            m_source.fail("its pickle takes a value that is not there");
        appendFrom(m_stack.size() - 2, /*pairs=*/true);
        return true;
    case 'u':
        appendFrom(popMark(), /*pairs=*/true);
        return true; // SETITEMS
    default:
        return false;
    }
}

bool PickleMachine::runStack(std::uint8_t code)
{
    switch (code) {
    case 0x80: // PROTO
        if (m_source.byte() > kNewestProtocol)
            m_source.fail("its pickle protocol is newer than 5");
        return true;
    case 0x95:
        m_source.littleEndian(8);
        return true; // FRAME: only a hint for buffering
    case '(': // MARK
        if (m_marks.size() >= kMaxStack)
            m_source.fail("its pickle piles up more values than any model's");
        m_marks.push_back(m_stack.size());
        return true;
    case '0':
        pop();
        return true; // POP
    case '1':
        m_stack.resize(popMark());
        return true; // POP_MARK
    case '2':
        push(&top());
        return true; // DUP
    case 'q':
        remember(m_source.byte());
        return true; // BINPUT
    case 'r':
        remember(m_source.littleEndian(4));
        return true; // LONG_BINPUT
    case 0x94:
        remember(m_memo.size());
        return true; // MEMOIZE
    case 'h':
        recall(m_source.byte());
        return true; // BINGET
    case 'j':
        recall(m_source.littleEndian(4));
        return true; // LONG_BINGET
    default:
        return false;
    }
}

bool PickleMachine::runObject(std::uint8_t code)
{
    switch (code) {
    case 'c': { // GLOBAL
        const auto module = m_source.line(kMaxName);
        pushGlobal(module, m_source.line(kMaxName));
        return true;
    }
    case 0x93: { // STACK_GLOBAL
        const auto* name = pop();
        const auto* module = pop();
        if (name->text.size() > kMaxName || module->text.size() > kMaxName)
            m_source.fail("a name in it is too long");
        pushGlobal(module->text, name->text);
        return true;
    }
    case 0x92: // NEWOBJ_EX: class, arguments, named arguments
        pop();
        [[fallthrough]];
    case 'R': // REDUCE
    case 0x81: { // NEWOBJ
        const auto* arguments = pop();
        const auto* callable = pop();
        push(m_objects.call(*callable, *arguments));
        return true;
    }
    case 'b': { // BUILD
        const auto* state = pop();
        m_objects.setState(top(), *state);
        return true;
    }
    case 'Q': { // BINPERSID
        const auto* id = pop();
        push(m_objects.persistent(*id));
        return true;
    }
    default:
        return false;
    }
}

TorchValue* PickleMachine::run()
{
    m_stack.clear();
    m_marks.clear();
    m_memo.clear();
    for (auto code = m_source.byte(); code != kStop; code = m_source.byte()) {
        if (runStack(code) || runScalar(code) || runString(code) || runContainer(code) || runObject(code))
            continue;
        std::array<char, 8> hex{};
        std::snprintf(hex.data(), hex.size(), "0x%02x", code);
        m_source.fail(std::string("its pickle uses the operation ") + hex.data() + ", which torch.save does not write");
    }
    return pop();
}

} // namespace models::weights::detail
