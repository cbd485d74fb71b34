#pragma once

#include "imaging/dicom/scan.h"

#include <QAbstractListModel>
#include <QImage>

#include <optional>
#include <vector>

namespace ui {

/// What is known about a series that holds a mask (DICOM SEG).
struct MaskItem
{
    QString source; ///< Series Instance UID of the pictures it lies on; empty when it does not say.
    QString detail; ///< Its segments, or why it cannot be read.
    bool usable = false; ///< It can be asked for.
};

/// How far the work on a study is.
enum class StudyState { New, Draft, Saved, Sent };

/// The state in one word.
QString stateText(StudyState state);

/// The series that were found, as a list: what the left panel shows. Series of one study follow one another; the first
/// has a header that names the patient, unless the study is one picture: then its own title is the patient.
class SeriesModel : public QAbstractListModel
{
    Q_OBJECT

public:
    /// DetailRole: of a patient the ID and the date, each in its line. UsableRole: the item can be asked for, as a
    /// picture or as a mask on one. HeaderRole: two lines, patient and study, above the first series of a study.
    /// StateRole: the study's StudyState, on the row that names the patient.
    enum Role { DetailRole = Qt::UserRole + 1, StatusRole, UsableRole, MaskRole, HeaderRole, StateRole };

    using QAbstractListModel::QAbstractListModel;

    void setSeries(std::vector<imaging::SeriesInfo> series);
    const imaging::SeriesInfo& series(int row) const { return m_items[static_cast<std::size_t>(row)].info; }
    /// Row of a series, or -1.
    int rowOf(const QString& id) const;
    void setThumbnail(const QString& id, const QImage& picture);
    /// A short remark in words, such as "not all sent".
    void setStatus(const QString& id, const QString& status);
    /// How far the work on a series is; its study is as far as the series that is furthest from done, new ones aside.
    void setState(const QString& id, StudyState state);
    StudyState state(const QString& id) const;
    bool sameStudy(int row, int other) const;
    int studies() const;
    /// Whether the words all stand in the patient's name or ID, the study's date, or the descriptions.
    bool matches(int row, const QString& words) const;

    void setMask(const QString& id, const MaskItem& mask);
    /// Null when the series is no mask, or nothing is known about it yet.
    const MaskItem* mask(int row) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    Qt::ItemFlags flags(const QModelIndex& index) const override;

Q_SIGNALS:
    void stateChanged(const QString& id, ui::StudyState state);

private:
    struct Item
    {
        imaging::SeriesInfo info;
        int study = 0; ///< The same for all of one study.
        QImage thumbnail;
        QString status;
        StudyState state = StudyState::New;
        std::optional<MaskItem> mask;

        bool usable() const { return info.displayable || (mask && mask->usable); }
    };

    const Item& item(int row) const { return m_items[static_cast<std::size_t>(row)]; }
    bool beginsStudy(int row) const;
    bool isAlone(int row) const;
    bool namesPatient(int row) const;
    StudyState stateOfStudy(int row) const;
    QString titleAt(int row) const;
    QString detailOf(int row) const;
    QString statusOf(int row) const;
    QStringList headerOf(int row) const;
    QStringList textsOf(int row) const;

    std::vector<Item> m_items;
};

/// "2026-11-20" for a DICOM date "20261120"; any other text is given back as it is.
QString dateText(const std::string& dicomDate);

/// "Doe Jane" for a DICOM name "Doe^Jane"; empty without a name. Plain text.
QString patientText(const std::string& dicomName);

/// The series' description, or what else says best what it is.
QString titleOf(const imaging::SeriesInfo& series);

} // namespace ui
