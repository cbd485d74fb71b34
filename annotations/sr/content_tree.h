#pragma once

#include "annotations/label.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmsr/dsrdoctr.h>
#include <dcmtk/dcmsr/dsrimgvl.h>

#include <string>

namespace annotations {

/// A code as DCMTK's structured reports take it.
DSRCodedEntryValue codedEntry(const Code& code);

/// Adds content items to a report's tree, below where its cursor is. Each throws Error(Internal) when DCMTK refuses the
/// item, e.g. since the kind of report does not allow it there.
class ContentTree
{
public:
    explicit ContentTree(DSRDocumentTree& tree)
        : m_tree(tree)
    {
    }

    /// A container below the present node; what is added next lies in it until leave().
    void enter(const Code& name, const std::string& templateId = {});
    void leave();

    /// Texts that are empty are left out.
    void text(const Code& name, const std::string& value);
    void uid(const Code& name, const std::string& value);
    /// A code; `modifier`, where it has a value, stands below it.
    void code(const Code& name, const Code& value, const Code& modifierConcept = {}, const Code& modifier = {});
    /// A number with all its digits, (0040,A30A) and (0040,A161); `derivation`, where it has a value, says how it was
    /// made of many.
    void number(const Code& name, double value, const Code& unit, const Code& derivation = {});
    /// An image; without a concept for those of the image library.
    void image(const Code& name, const DSRImageReferenceValue& value);

private:
    void add(DSRTypes::E_RelationshipType relation, DSRTypes::E_ValueType type, const Code& name);
    void up();

    DSRDocumentTree& m_tree;
};

} // namespace annotations
