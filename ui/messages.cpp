#include "ui/messages.h"

#include <algorithm>

namespace ui {

namespace {

constexpr int kMostKept = 4;

} // namespace

void Messages::show(const Message& message)
{
    if (!message.id.isEmpty())
        remove(message.id);
    while (m_messages.size() >= kMostKept)
        dismiss(m_messages.front().number);
    m_messages.push_back({++m_last, message});
    Q_EMIT added(m_last, message);
}

template <typename Condition> void Messages::removeWhere(Condition condition)
{
    QList<quint64> gone;
    for (const auto& one : m_messages)
        if (condition(one))
            gone << one.number;
    m_messages.removeIf(condition);
    for (const auto number : gone)
        Q_EMIT removed(number);
}

void Messages::remove(const QString& id)
{
    removeWhere([&](const Numbered& one) { return one.message.id == id; });
}

void Messages::clear()
{
    removeWhere([](const Numbered& one) { return !one.message.lasting; });
}

void Messages::dismiss(quint64 number)
{
    removeWhere([=](const Numbered& one) { return one.number == number; });
}

QStringList Messages::texts() const
{
    QStringList texts;
    for (const auto& one : m_messages)
        texts << one.message.text;
    return texts;
}

} // namespace ui
