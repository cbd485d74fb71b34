#include "annotations/sr/content_tree.h"

#include "annotations/dicom/values.h"
#include "annotations/sr/report_codes.h"
#include "imaging/error.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace annotations {

namespace {

void check(const OFCondition& condition, const Code& name)
{
    if (condition.bad())
        throw imaging::Error(imaging::ErrorKind::Internal,
            "The item \"" + name.meaning + "\" of the report cannot be set: " + condition.text() + ".");
}

OFString of(const std::string& text)
{
    return {text.c_str(), text.size()};
}

/// A DS value: the most digits that fit into 16 characters.
std::string decimalText(double value)
{
    std::array<char, 32> text{};
    for (int digits = 15; digits > 0; --digits) {
        std::snprintf(text.data(), text.size(), "%.*g", digits, value);
        if (std::string_view(text.data()).size() <= 16)
            break;
    }
    return text.data();
}

} // namespace

DSRCodedEntryValue codedEntry(const Code& code)
{
    return {of(valueText(code.value, 64)), of(valueText(code.scheme, 16)),
        of(valueText(code.meaning.empty() ? code.value : code.meaning, 64))};
}

void ContentTree::add(DSRTypes::E_RelationshipType relation, DSRTypes::E_ValueType type, const Code& name)
{
    if (m_tree.addContentItem(relation, type, DSRTypes::AM_belowCurrent) == 0)
        throw imaging::Error(
            imaging::ErrorKind::Internal, "The item \"" + name.meaning + "\" has no place in the report.");
    if (!name.value.empty())
        check(m_tree.getCurrentContentItem().setConceptName(codedEntry(name)), name);
}

void ContentTree::up()
{
    m_tree.goUp();
}

void ContentTree::enter(const Code& name, const std::string& templateId)
{
    add(DSRTypes::RT_contains, DSRTypes::VT_Container, name);
    if (!templateId.empty())
        check(m_tree.getCurrentContentItem().setTemplateIdentification(of(templateId), "DCMR"), name);
}

void ContentTree::leave()
{
    up();
}

void ContentTree::text(const Code& name, const std::string& value)
{
    if (value.empty())
        return;
    add(DSRTypes::RT_contains, DSRTypes::VT_Text, name);
    check(m_tree.getCurrentContentItem().setStringValue(of(value)), name);
    up();
}

void ContentTree::uid(const Code& name, const std::string& value)
{
    if (value.empty())
        return;
    add(DSRTypes::RT_contains, DSRTypes::VT_UIDRef, name);
    check(m_tree.getCurrentContentItem().setStringValue(of(value)), name);
    up();
}

void ContentTree::code(const Code& name, const Code& value, const Code& modifierConcept, const Code& modifier)
{
    if (value.value.empty())
        return;
    add(DSRTypes::RT_contains, DSRTypes::VT_Code, name);
    check(m_tree.getCurrentContentItem().setCodeValue(codedEntry(value)), name);
    if (!modifier.value.empty()) {
        add(DSRTypes::RT_hasConceptMod, DSRTypes::VT_Code, modifierConcept);
        check(m_tree.getCurrentContentItem().setCodeValue(codedEntry(modifier)), modifierConcept);
        up();
    }
    up();
}

void ContentTree::number(const Code& name, double value, const Code& unit, const Code& derivation)
{
    if (!std::isfinite(value))
        throw imaging::Error(
            imaging::ErrorKind::Internal, "The item \"" + name.meaning + "\" of the report is no number.");
    add(DSRTypes::RT_contains, DSRTypes::VT_Num, name);
    DSRNumericMeasurementValue number(of(decimalText(value)), codedEntry(unit));
    check(number.setFloatingPointRepresentation(value), name);
    check(m_tree.getCurrentContentItem().setNumericValue(number), name);
    if (!derivation.value.empty()) {
        add(DSRTypes::RT_hasConceptMod, DSRTypes::VT_Code, report_codes::kDerivation);
        check(m_tree.getCurrentContentItem().setCodeValue(codedEntry(derivation)), name);
        up();
    }
    up();
}

void ContentTree::image(const Code& name, const DSRImageReferenceValue& value)
{
    add(DSRTypes::RT_contains, DSRTypes::VT_Image, name);
    check(m_tree.getCurrentContentItem().setImageReference(value), name);
    up();
}

} // namespace annotations
