#include "app/session/session.h"

#include <QCoreApplication>

#include <algorithm>

namespace app {

namespace {

using annotations::Label;
using annotations::LabelTable;

QString translated(const char* text)
{
    return QCoreApplication::translate("app::Session", text);
}

QString named(const char* text, const Label& label)
{
    return translated(text).arg(QString::fromStdString(label.name));
}

/// The first label of `table` whose value `other` lacks; null when there is none.
const Label* missingIn(const LabelTable& other, const LabelTable& table)
{
    const auto found = std::find_if(
        table.begin(), table.end(), [&](const Label& label) { return !annotations::findLabel(other, label.value); });
    return found == table.end() ? nullptr : &*found;
}

/// What became of one label; empty when nothing did.
QString changeOf(const Label& before, const Label& after)
{
    if (before.name != after.name)
        return named("Rename “%1”", before);
    if (before.colour != after.colour)
        return named("Colour of “%1”", after);
    if (before.locked != after.locked)
        return after.locked ? named("Lock “%1”", after) : named("Unlock “%1”", after);
    if (before.category != after.category || before.type != after.type || before.region != after.region
        || before.laterality != after.laterality)
        return named("Code of “%1”", after);
    return before == after ? QString() : named("Change of “%1”", after);
}

} // namespace

QString labelsStepName(const LabelTable& before, const LabelTable& after)
{
    const Label* added = missingIn(before, after);
    const Label* removed = missingIn(after, before);
    if (added && removed)
        return translated("Change of labels");
    if (added)
        return named("Add label “%1”", *added);
    if (removed)
        return named("Remove label “%1”", *removed);
    const auto seen = annotations::withVisibilityOf(after, before);
    for (const Label& label : before)
        if (const QString change = changeOf(label, *annotations::findLabel(seen, label.value)); !change.isEmpty())
            return change;
    return translated("Order of labels");
}

} // namespace app
