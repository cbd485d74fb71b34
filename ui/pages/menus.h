#pragma once

#include "ui/menu.h"

#include <vector>

namespace ui {

class Actions;
class RelabelPage;
class SegmentPage;
struct StudyParts;

/// The workstation's menus: commands of all pages in one order, and a menu for each page.
std::vector<Menu> menusOf(
    const Actions& actions, const StudyParts& parts, const SegmentPage& segment, const RelabelPage& relabel);

} // namespace ui
