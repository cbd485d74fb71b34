#pragma once

#include "ui/menu.h"

#include <vector>

namespace ui {

class Actions;
class RelabelPage;
class SegmentPage;
class StudyActions;

/// The workstation's menus: commands of all pages in one order, and a menu for each page.
std::vector<Menu> menusOf(
    const Actions& actions, const StudyActions& study, const SegmentPage& segment, const RelabelPage& relabel);

} // namespace ui
