#include "imaging/pacs/implicit_copy.h"

#include "imaging/dicom/prescan.h"
#include "imaging/dicom/transfer_syntaxes.h"
#include "imaging/error.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dctk.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace imaging::pacs::detail {

namespace {

constexpr std::array kConvertible{transfer_syntax::kImplicitLittle, transfer_syntax::kExplicitLittle,
    transfer_syntax::kExplicitBig, transfer_syntax::kDeflated};

void require(const OFCondition& condition, const std::filesystem::path& source)
{
    if (condition.bad())
        throw Error(ErrorKind::InvalidInput,
            "The file " + quotedName(source.string())
                + " could not be converted to Implicit VR Little Endian: " + condition.text() + ".",
            source.string());
}

} // namespace

bool isConvertible(const std::string& transferSyntaxUid)
{
    return std::ranges::find(kConvertible, transferSyntaxUid) != kConvertible.end();
}

void writeImplicitDataSet(const std::filesystem::path& source, const std::filesystem::path& target)
{
    if (!prescanFile(source, PrescanExtent::WholeFile))
        throw Error(ErrorKind::InvalidInput, "The file " + quotedName(source.string()) + " is not a DICOM file.",
            source.string());
    DcmFileFormat file;
    require(file.loadFile(source.c_str()), source);
    require(file.getDataset()->chooseRepresentation(EXS_LittleEndianImplicit, nullptr), source);
    require(file.getDataset()->saveFile(target.c_str(), EXS_LittleEndianImplicit, EET_UndefinedLength), source);
}

} // namespace imaging::pacs::detail
