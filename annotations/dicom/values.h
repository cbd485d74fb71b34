#pragma once

#include "annotations/label.h"

#include <cstddef>
#include <string>
#include <string_view>

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcitem.h>

namespace annotations {

/// A globally unique UID under the UUID root 2.25 (PS3.5 B.2).
std::string newUid();

/// A series number that no scanner reaches and no other call gives: seconds since 2020, one more for each call within
/// the same second. The whole study is not here to look for a free one.
int newSeriesNumber();

/// UTF-8 text as one value of a DICOM element: broken bytes become "?", control characters blanks, a backslash (the
/// value separator) a slash; cut to `limit` characters (PS3.5 6.2).
std::string valueText(std::string_view text, std::size_t limit);

/// The same for a PN value: at most 64 characters in each of its three component groups.
std::string personName(std::string_view text);

/// A CS value: upper case letters, digits, blank and "_", at most 16.
std::string codeString(std::string_view text);

/// (0008,002A)'s parts for now: "YYYYMMDD" and "HHMMSS".
struct DicomNow
{
    std::string date;
    std::string time;
};
DicomNow dicomNow();

/// True for eight digits, or 2 to 6 digits with an optional fraction; others would make an invalid object.
bool isDate(std::string_view text);
bool isTime(std::string_view text);

/// Sets an element to one value (or several, separated by backslashes). Throws Error(Internal) when DCMTK refuses it.
void put(DcmItem& item, const DcmTagKey& tag, const std::string& value);
void put(DcmItem& item, const DcmTagKey& tag, std::uint16_t value);

/// A new item at the end of a sequence, which is made when absent.
DcmItem& addItem(DcmItem& item, const DcmTagKey& sequence);

/// A sequence of one coded concept.
void putCode(DcmItem& item, const DcmTagKey& sequence, const Code& code);

} // namespace annotations
