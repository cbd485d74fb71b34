#pragma once

#include <QWidget>

namespace ui {

class ShownPicture;
class ViewState;

/// What the user chooses for the tool in hand, in the fields that its row of the table names; hidden for a tool without
/// such.
class ToolOptionFields : public QWidget
{
    Q_OBJECT

public:
    /// Both must outlive the fields.
    ToolOptionFields(const ShownPicture& picture, ViewState& state, QWidget* parent = nullptr);
};

} // namespace ui
