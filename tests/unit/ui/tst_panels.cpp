#include "ui/dialogs/send_dialog.h"
#include "ui/messages.h"
#include "ui/models/label_list.h"
#include "ui/models/mask_filters.h"
#include "ui/models/study_list.h"
#include "ui/models/unfinished_list.h"
#include "ui/panels/accept_row.h"
#include "ui/panels/labels_panel.h"
#include "ui/panels/message_strip.h"
#include "ui/panels/prompt_list.h"
#include "ui/panels/range_fields.h"
#include "ui/panels/reading_chips.h"
#include "ui/panels/report_form.h"
#include "ui/panels/segment_panel.h"
#include "ui/panels/sentence_form.h"
#include "ui/panels/series_panel.h"
#include "ui/panels/tool_option_fields.h"
#include "ui/panels/unfinished_panel.h"
#include "ui/views/shown_picture.h"
#include "ui/views/view_state.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSlider>
#include <QSpinBox>
#include <QTableView>
#include <QTableWidget>
#include <QTest>
#include <QToolButton>

#include <algorithm>

using ui::SegmentPanel;

namespace {

template <typename T> T& part(QWidget& parent, const char* name)
{
    T* found = parent.findChild<T*>(QLatin1String(name));
    if (!found)
        qFatal("There is no part %s.", name);
    return *found;
}

void click(QWidget& parent, const char* name)
{
    part<QPushButton>(parent, name).click();
}

/// One of Doe, then two of Roe.
std::vector<imaging::SeriesInfo> threeSeries()
{
    std::vector<imaging::SeriesInfo> list(3);
    for (std::size_t i = 0; i < list.size(); ++i) {
        list[i].id = std::to_string(i);
        list[i].slices = 1;
        list[i].study.patientName = i == 0 ? "Doe^Jane" : "Roe^Max";
        list[i].study.studyInstanceUid = i == 0 ? "1.1" : "1.2";
        list[i].study.seriesDescription = "View " + std::to_string(i);
    }
    return list;
}

} // namespace

class PanelsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void fields_write_the_sentence()
    {
        SegmentPanel panel;
        QSignalSpy changed(&panel, &SegmentPanel::sentenceChanged);
        click(panel, "leftLower");
        click(panel, "areas1");
        const auto fields = panel.form().fields();
        QVERIFY(fields.left.involved && fields.left.lower && !fields.right.involved);
        QCOMPARE(panel.sentence().toStdString(), annotations::sentence(fields));
        QVERIFY(panel.sentence().contains(QStringLiteral("lower left lung")));
        QCOMPARE(changed.count(), 2);
    }

    void the_sentence_sets_the_fields()
    {
        SegmentPanel panel;
        panel.setSentence(QStringLiteral(
            "bilateral pulmonary infection, two infected areas, all left lung and middle lower right lung."));
        const auto fields = panel.form().fields();
        QVERIFY(fields.left.all());
        QVERIFY(!fields.right.upper && fields.right.middle && fields.right.lower);
        QCOMPARE(fields.areas, 2);
    }

    void every_lung_zone_reaches_the_fields_data()
    {
        QTest::addColumn<QByteArray>("button");
        for (const char* name : {"rightUpper", "rightMiddle", "rightLower", "leftUpper", "leftMiddle", "leftLower"})
            QTest::newRow(name) << QByteArray(name);
    }

    void every_lung_zone_reaches_the_fields()
    {
        QFETCH(QByteArray, button);
        ui::ReportForm form;
        click(form, button.constData());
        const auto fields = form.fields();
        const auto& lung = button.startsWith("right") ? fields.right : fields.left;
        const auto& other = button.startsWith("right") ? fields.left : fields.right;
        QVERIFY(lung.involved && !other.involved && !other.any());
        QCOMPARE(lung.upper, button.endsWith("Upper"));
        QCOMPARE(lung.middle, button.endsWith("Middle"));
        QCOMPARE(lung.lower, button.endsWith("Lower"));
    }

    void clicking_a_count_again_takes_it_back()
    {
        ui::ReportForm form;
        click(form, "areas3");
        QCOMPARE(form.fields().areas, 3);
        click(form, "areas2");
        QCOMPARE(form.fields().areas, 2);
        click(form, "areas2");
        QCOMPARE(form.fields().areas, 0);
    }

    void leaving_a_side_clears_its_zones()
    {
        ui::ReportForm form;
        click(form, "rightUpper");
        click(form, "right");
        QVERIFY(!form.fields().right.involved && !form.fields().right.any());
    }

    void free_sentences_are_kept_as_written_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("unknown words") << QStringLiteral("something odd behind the heart");
        QTest::newRow("Chinese") << QString::fromUtf8("左肺下叶感染");
        QTest::newRow("2,000 words") << QStringLiteral("infection ").repeated(2000);
    }

    void free_sentences_are_kept_as_written()
    {
        QFETCH(QString, text);
        SegmentPanel panel;
        panel.setSentence(text);
        QCOMPARE(panel.sentence(), text);
        QVERIFY(part<QLabel>(panel, "understood").text().size() <= 300);
        panel.form().setModelText(text);
        QVERIFY(part<QLabel>(panel, "modelText").text().size() <= 401);
        panel.prompts().set({1, text, QStringLiteral("now"), Qt::red, ui::PromptState::Accepted});
    }

    void buttons_follow_the_state_data()
    {
        QTest::addColumn<int>("state");
        QTest::addColumn<QByteArray>("enabled");
        QTest::newRow("no picture") << int(SegmentPanel::State::NoPicture) << QByteArray("");
        QTest::newRow("idle") << int(SegmentPanel::State::Idle) << QByteArray("run save send");
        QTest::newRow("running") << int(SegmentPanel::State::Running) << QByteArray("cancel accept save send");
        QTest::newRow("proposal") << int(SegmentPanel::State::Proposal) << QByteArray("run accept discard save send");
        QTest::newRow("accepting") << int(SegmentPanel::State::Accepting) << QByteArray("save send");
    }

    void buttons_follow_the_state()
    {
        QFETCH(int, state);
        QFETCH(QByteArray, enabled);
        SegmentPanel panel;
        panel.setState(static_cast<SegmentPanel::State>(state));
        for (const char* name : {"run", "cancel", "accept", "discard", "save", "send"})
            QCOMPARE(part<QPushButton>(panel, name).isEnabled(), enabled.split(' ').contains(name));
        const bool live =
            panel.state() == SegmentPanel::State::Proposal || panel.state() == SegmentPanel::State::Running;
        QCOMPARE(part<QSlider>(panel, "threshold").isEnabled(), live);
    }

    void timing_texts_neither_widen_nor_move_anything()
    {
        SegmentPanel panel;
        panel.resize(340, 900);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        const auto places = [&] {
            QList<QRect> all;
            for (const char* name : {"run", "cancel", "threshold", "accept", "discard"})
                all << QRect(part<QWidget>(panel, name).mapTo(&panel, QPoint()), part<QWidget>(panel, name).size());
            return all;
        };
        const auto before = places();
        const QSize least = panel.minimumSizeHint();
        const QSize wanted = panel.sizeHint();
        panel.setTiming(QStringLiteral("cancelled after 45 of 275 slices, and then some more words"));
        QCoreApplication::processEvents();
        QCOMPARE(panel.minimumSizeHint(), least);
        QCOMPARE(panel.sizeHint(), wanted);
        QCOMPARE(places(), before);
        auto& timing = part<QLabel>(panel, "timing");
        QVERIFY(panel.rect().contains(QRect(timing.mapTo(&panel, QPoint()), timing.size())));
    }

    void accepting_says_where_it_goes()
    {
        ui::AcceptRow row;
        auto& accept = part<QPushButton>(row, "accept");
        auto& line = part<QLabel>(row, "acceptLine");
        row.setState(ui::AcceptRow::State::Proposal);
        row.setChosenLabel(QStringLiteral("Nodule"));
        row.setNewLabel(QStringLiteral("Consolidation, right lower"));
        QVERIFY(accept.text().contains(QStringLiteral("new label")));
        QVERIFY(line.text().contains(QStringLiteral("Consolidation, right lower")));
        QSignalSpy changed(&row, &ui::AcceptRow::intoChanged);
        const auto choices = part<QToolButton>(row, "acceptInto").menu()->actions();
        QCOMPARE(choices.size(), 3);
        choices[1]->trigger();
        QCOMPARE(row.into(), ui::AcceptInto::Add);
        QVERIFY(accept.text().contains(QStringLiteral("Nodule")));
        choices[2]->trigger();
        QCOMPARE(row.into(), ui::AcceptInto::Replace);
        QVERIFY(line.text().contains(QStringLiteral("cleared")));
        QCOMPARE(changed.count(), 2);
    }

    void a_long_label_does_not_widen_the_panel()
    {
        ui::AcceptRow row;
        row.setState(ui::AcceptRow::State::Proposal);
        row.setInto(ui::AcceptInto::Replace);
        const int width = row.minimumSizeHint().width();
        row.setChosenLabel(QStringLiteral("a very long name of a label ").repeated(5));
        QVERIFY(row.minimumSizeHint().width() <= std::max(width + 100, 300));
    }

    void prompts_say_what_became_of_them()
    {
        ui::PromptList list;
        auto& items = part<QListWidget>(list, "prompts");
        QSignalSpy shown(&list, &ui::PromptList::showRequested);
        QSignalSpy discarded(&list, &ui::PromptList::discardRequested);
        list.set({1, QStringLiteral("first"), QStringLiteral("waits"), Qt::red, ui::PromptState::Waiting});
        list.set({2, QStringLiteral("second"), QStringLiteral("accepted"), Qt::red, ui::PromptState::Accepted});
        QCOMPARE(items.count(), 2);
        QVERIFY(items.item(0)->text().startsWith(QStringLiteral("second")));
        Q_EMIT items.itemClicked(items.item(0));
        QCOMPARE(shown.count(), 0);
        Q_EMIT items.itemClicked(items.item(1));
        QCOMPARE(shown.count(), 1);
        QCOMPARE(shown[0][0].toInt(), 1);
        list.set({1, QStringLiteral("first"), QStringLiteral("discarded"), Qt::red, ui::PromptState::Discarded});
        QCOMPARE(items.count(), 2);
        QVERIFY(items.item(1)->text().contains(QStringLiteral("discarded")));
        list.remove(1);
        QCOMPARE(items.count(), 1);
        QCOMPARE(discarded.count(), 0);
    }

    void a_new_study_begins_empty()
    {
        SegmentPanel panel;
        panel.setSentence(QStringLiteral("pulmonary infection, two infected areas, lower right lung."));
        panel.setHint(QStringLiteral("hint"));
        panel.prompts().set({1, QStringLiteral("a"), QStringLiteral("b"), Qt::red, ui::PromptState::Waiting});
        panel.clear();
        QVERIFY(panel.sentence().isEmpty());
        const auto fields = panel.form().fields();
        QVERIFY(fields.finding.empty() && !fields.left.involved && !fields.right.involved && !fields.right.any());
        QCOMPARE(fields.areas, 0);
        QVERIFY(!panel.form().fieldsAreApart());
        QCOMPARE(part<QListWidget>(panel, "prompts").count(), 0);
        QVERIFY(part<QLabel>(panel, "hint").isHidden());
    }

    void fields_that_do_not_say_the_sentence_are_apart()
    {
        SegmentPanel panel;
        panel.setSentence(QStringLiteral("unilateral pulmonary infection, one infected area, lower left lung."));
        QVERIFY(!panel.form().fieldsAreApart());
        panel.setSentence(QStringLiteral("something odd behind the heart"));
        QVERIFY(panel.form().fieldsAreApart());
        QVERIFY(!part<ui::ReportForm>(panel, "reportForm").isEnabled());
        QVERIFY(!part<QLabel>(panel, "why").isHidden());
        QVERIFY(!part<QLabel>(panel, "why").text().isEmpty());
        click(panel, "useFields");
        QVERIFY(!panel.form().fieldsAreApart());
        QVERIFY(part<ui::ReportForm>(panel, "reportForm").isEnabled());
        QCOMPARE(panel.sentence().toStdString(), annotations::sentence(panel.form().fields()));
        part<QPlainTextEdit>(panel, "sentence").undo(); // Nothing that was typed is lost.
        QCOMPARE(panel.sentence(), QStringLiteral("something odd behind the heart"));
        QVERIFY(panel.form().fieldsAreApart());
    }

    void what_was_read_stands_beside_the_sentence()
    {
        SegmentPanel panel;
        auto& chips = part<ui::ReadingChips>(panel, "readingChips");
        QVERIFY(chips.isHidden());
        panel.setSentence(QStringLiteral("unilateral pulmonary infection, one infected area, lower left lung."));
        QVERIFY(!chips.isHidden());
        QCOMPARE(chips.rows().size(), std::size_t{1});
        const auto& row = chips.rows().front();
        QVERIFY(row.used && row.reason.isEmpty());
        QCOMPARE(row.finding, QStringLiteral("Pulmonary infection"));
        QVERIFY(row.said.contains(QStringLiteral("left lower")));
        QVERIFY(row.said.contains(QStringLiteral("present")));
        QVERIFY(chips.accessibleDescription().contains(QStringLiteral("left lower")));
        panel.setSentence({});
        QVERIFY(chips.isHidden());
    }

    void every_finding_is_a_row_and_says_why_it_is_not_drawn()
    {
        annotations::ReportReading reading;
        annotations::ReportFinding drawn;
        drawn.finding = "consolidation";
        drawn.right.involved = drawn.right.lower = true;
        drawn.extent = annotations::Extent::Mild;
        annotations::ReportFinding denied = drawn;
        denied.finding = "effusion";
        denied.assertion = annotations::Assertion::Denied;
        annotations::ReportFinding other;
        other.finding = "nodule";
        other.unsided.involved = other.unsided.upper = true;
        reading.findings = {drawn, denied, other};
        reading.unread = {"as before"};
        annotations::ReadingChoice choice;
        choice.verdict = annotations::ReadingVerdict::Draw;
        choice.used = {0};
        const auto rows = ui::rowsOf(reading, choice);
        QCOMPARE(rows.size(), std::size_t{4});
        QVERIFY(rows[0].used && rows[0].said.contains(QStringLiteral("right lower")));
        QVERIFY(rows[0].said.contains(QStringLiteral("mild")));
        QVERIFY(!rows[1].used && rows[1].said.contains(QStringLiteral("denied")) && !rows[1].reason.isEmpty());
        QVERIFY(!rows[2].used && rows[2].said.contains(QStringLiteral("upper, side not said")));
        QVERIFY(rows[2].reason.contains(QStringLiteral("model")));
        QVERIFY(!rows[3].used && rows[3].finding.contains(QStringLiteral("as before")));
        ui::ReadingChips chips;
        chips.setRows(rows);
        QVERIFY(chips.heightForWidth(150) > chips.heightForWidth(600));
        choice.verdict = annotations::ReadingVerdict::Nothing;
        QVERIFY(!ui::rowsOf(reading, choice)[0].used);
    }

    void threshold_is_told_while_the_slider_moves()
    {
        SegmentPanel panel;
        panel.setState(SegmentPanel::State::Proposal);
        QSignalSpy changed(&panel, &SegmentPanel::thresholdChanged);
        part<QSlider>(panel, "threshold").setValue(73);
        QCOMPARE(changed.count(), 1);
        QVERIFY(std::abs(changed[0][0].toFloat() - 0.73F) < 1e-6F);
    }

    void the_slices_to_run_on_are_chosen_for_stacks_only()
    {
        SegmentPanel panel;
        panel.setSliceCount(1);
        QVERIFY(part<QComboBox>(panel, "whichSlices").parentWidget()->isHidden());
        QCOMPARE(panel.slicesToRun(0), std::pair(0, 0));
        panel.setSliceCount(40);
        QVERIFY(!part<QComboBox>(panel, "whichSlices").parentWidget()->isHidden());
        QCOMPARE(panel.slicesToRun(7), std::pair(7, 7));
        part<QComboBox>(panel, "whichSlices").setCurrentIndex(1);
        part<QSpinBox>(panel, "firstSlice").setValue(30);
        part<QSpinBox>(panel, "lastSlice").setValue(12);
        QCOMPARE(panel.slicesToRun(7), std::pair(11, 29));
        panel.chooseAllSlices();
        QCOMPARE(panel.slicesToRun(7), std::pair(0, 39));
    }

    void what_is_no_dicom_is_neither_saved_as_seg_nor_sent()
    {
        SegmentPanel panel;
        panel.setState(SegmentPanel::State::Idle);
        panel.setFileKinds(false, QStringLiteral("because"));
        QVERIFY(!part<QPushButton>(panel, "send").isEnabled());
        QCOMPARE(part<QPushButton>(panel, "send").toolTip(), QStringLiteral("because"));
        QVERIFY(!part<QPushButton>(panel, "save").text().contains(QStringLiteral("SEG")));
        panel.setFileKinds(true, {});
        QVERIFY(part<QPushButton>(panel, "send").isEnabled());
        QVERIFY(part<QPushButton>(panel, "save").text().contains(QStringLiteral("SEG")));
    }

    void saving_and_sending_are_in_sight_however_low_the_window()
    {
        SegmentPanel panel;
        panel.resize(340, 420);
        panel.setHint(QStringLiteral("A hint of several words that needs more than one line in the panel."));
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        for (const char* name : {"save", "send"}) {
            auto& button = part<QPushButton>(panel, name);
            const QRect place(button.mapTo(&panel, QPoint()), button.size());
            QVERIFY(panel.rect().contains(place));
            QCOMPARE(button.visibleRegion().boundingRect(), button.rect());
        }
    }

    void lasting_messages_stay_when_a_study_is_closed()
    {
        ui::Messages messages;
        ui::MessageStrip strip(messages);
        messages.show({QStringLiteral("a"), ui::MessageKind::Info, QStringLiteral("waits"), {}, {}, true});
        messages.show({QStringLiteral("b"), ui::MessageKind::Error, QStringLiteral("goes"), {}, {}});
        messages.clear();
        QCOMPARE(messages.texts(), QStringList{QStringLiteral("waits")});
    }

    void messages_with_one_id_replace_each_other()
    {
        ui::Messages messages;
        ui::MessageStrip strip(messages);
        messages.show({QStringLiteral("a"), ui::MessageKind::Error, QStringLiteral("first"), {}, {}});
        messages.show({QStringLiteral("a"), ui::MessageKind::Error, QStringLiteral("second"), {}, {}});
        QCOMPARE(messages.texts(), QStringList{QStringLiteral("second")});
        for (int i = 0; i < 20; ++i)
            messages.show({QString(), ui::MessageKind::Info, QString::number(i), {}, {}});
        QVERIFY(messages.texts().size() <= 4);
        QCOMPARE(messages.texts().last(), QStringLiteral("19"));
        messages.clear();
        QVERIFY(strip.isHidden());
    }

    void a_message_button_acts_once_and_goes()
    {
        ui::Messages messages;
        ui::MessageStrip strip(messages);
        int acted = 0;
        messages.show({QStringLiteral("a"), ui::MessageKind::Warning, QStringLiteral("sure?"), QStringLiteral("Yes"),
            [&] { ++acted; }});
        click(strip, "messageAction");
        QCOMPARE(acted, 1);
        QVERIFY(messages.texts().isEmpty());
    }

    void text_of_files_is_never_markup()
    {
        ui::Messages messages;
        ui::MessageStrip strip(messages);
        messages.show({QString(), ui::MessageKind::Error, QStringLiteral("<img src=x>"), {}, {}});
        QCOMPARE(part<QLabel>(strip, "messageText").textFormat(), Qt::PlainText);
    }

    void choosing_a_label_asks_for_it()
    {
        ui::LabelList list;
        ui::MaskFilters filters;
        ui::LabelsPanel panel(list, filters);
        const auto labels = annotations::defaultLabels();
        QVERIFY(labels.size() >= 2);
        list.setLabels(labels);
        QSignalSpy asked(&list, &ui::LabelList::activeRequested);
        list.setActive(labels[0].value);
        QCOMPARE(asked.count(), 0);
        part<QTableView>(panel, "labelsTable").selectRow(1);
        QCOMPARE(asked.count(), 1);
        QCOMPARE(asked[0][0].value<quint16>(), labels[1].value);
    }

    void label_names_are_read_at_the_narrowest_width()
    {
        ui::LabelList list;
        ui::MaskFilters filters;
        ui::LabelsPanel panel(list, filters);
        list.setLabels(annotations::defaultLabels());
        list.setSizes({QStringLiteral("1234.56 ml")});
        panel.resize(329, 600);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        const auto& table = part<QTableView>(panel, "labelsTable");
        for (int row = 0; row < list.model().rowCount(); ++row) {
            const auto name = list.model().index(row, ui::LabelModel::Name);
            const int wanted = table.fontMetrics().horizontalAdvance(name.data().toString());
            const int swatch = 26;
            QVERIFY2(table.visualRect(name).width() >= wanted + swatch, qPrintable(name.data().toString()));
        }
    }

    void long_label_names_take_two_lines()
    {
        ui::LabelList list;
        ui::MaskFilters filters;
        ui::LabelsPanel panel(list, filters);
        auto labels = annotations::defaultLabels();
        labels.resize(1);
        labels[0].name = "Pulmonary infection of the right lower lobe, third opinion";
        list.setLabels(labels);
        panel.resize(329, 600);
        panel.show();
        QVERIFY(QTest::qWaitForWindowExposed(&panel));
        const auto& table = part<QTableView>(panel, "labelsTable");
        QTRY_VERIFY(table.rowHeight(0) >= 2 * table.fontMetrics().lineSpacing());
    }

    void a_label_is_cleared_on_one_slice_or_on_all()
    {
        ui::LabelList list;
        ui::MaskFilters filters;
        ui::LabelsPanel panel(list, filters);
        list.setLabels(annotations::defaultLabels());
        QSignalSpy cleared(&list, &ui::LabelList::clearRequested);
        auto& button = part<QPushButton>(panel, "clearLabel");
        QVERIFY(!button.menu());
        button.click();
        QCOMPARE(cleared.count(), 1);
        list.setSliceCount(30);
        const auto ways = button.menu()->actions();
        QCOMPARE(ways.size(), 2);
        ways[0]->trigger();
        ways[1]->trigger();
        QCOMPARE(cleared.count(), 3);
        QCOMPARE(cleared[1][0].value<ui::ClearExtent>(), ui::ClearExtent::Slice);
        QCOMPARE(cleared[2][0].value<ui::ClearExtent>(), ui::ClearExtent::AllSlices);
    }

    void two_panels_show_the_same_labels()
    {
        ui::LabelList list;
        ui::MaskFilters filters;
        ui::LabelsPanel one(list, filters);
        const auto labels = annotations::defaultLabels();
        list.setLabels(labels);
        list.setActive(labels[1].value);
        ui::LabelsPanel other(list, filters); // Made later: it shows what there is.
        connect(&list, &ui::LabelList::activeRequested, &list, &ui::LabelList::setActive);
        for (auto* panel : {&one, &other})
            QCOMPARE(part<QTableView>(*panel, "labelsTable").currentIndex().row(), 1);
        part<QTableView>(one, "labelsTable").selectRow(0);
        QCOMPARE(part<QTableView>(other, "labelsTable").currentIndex().row(), 0);
        list.setLabels({labels[0]});
        QCOMPARE(part<QTableView>(other, "labelsTable").currentIndex().row(), 0);
    }

    void after_the_last_label_the_first_is_the_next()
    {
        ui::LabelList list;
        ui::MaskFilters filters;
        QSignalSpy asked(&list, &ui::LabelList::activeRequested);
        list.requestNext();
        QCOMPARE(asked.count(), 0);
        const auto labels = annotations::defaultLabels();
        list.setLabels(labels);
        for (std::size_t i = 0; i < labels.size(); ++i) {
            list.setActive(labels[i].value);
            list.requestNext();
            QCOMPARE(asked.last()[0].value<quint16>(), labels[(i + 1) % labels.size()].value);
        }
    }

    void a_patient_is_found_by_typing()
    {
        ui::StudyList studies;
        ui::SeriesPanel panel(studies);
        const auto list = threeSeries();
        studies.model().setSeries(list);
        auto& search = part<QLineEdit>(panel, "findPatient");
        auto& view = part<QListView>(panel, "seriesList");
        QVERIFY(!search.isHidden());
        QSignalSpy asked(&studies, &ui::StudyList::seriesRequested);
        search.setText(QStringLiteral("view 2"));
        QVERIFY(view.isRowHidden(0) && !view.isRowHidden(1) && !view.isRowHidden(2));
        QTest::keyClick(&search, Qt::Key_Return);
        QCOMPARE(asked.count(), 1);
        QCOMPARE(asked[0][0].toString(), QStringLiteral("1"));
        search.clear();
        QVERIFY(!view.isRowHidden(0));
        studies.setCurrent(QStringLiteral("0"));
        QCOMPARE(studies.nextStudy(), 1);
        studies.setCurrent(QStringLiteral("1"));
        QCOMPARE(studies.nextStudy(), -1);
        studies.model().setSeries({list[0]});
        QVERIFY(search.isHidden());
    }

    void two_panels_show_the_same_studies()
    {
        ui::StudyList studies;
        ui::SeriesPanel one(studies);
        studies.setPlace(QStringLiteral("day"));
        studies.model().setSeries(threeSeries());
        studies.setCurrent(QStringLiteral("1"));
        part<QLineEdit>(one, "findPatient").setText(QStringLiteral("roe"));
        ui::SeriesPanel other(studies); // Made later: it shows what there is.
        for (auto* panel : {&one, &other}) {
            auto& view = part<QListView>(*panel, "seriesList");
            QCOMPARE(view.currentIndex().row(), 1);
            QVERIFY(view.isRowHidden(0) && !view.isRowHidden(1));
            QCOMPARE(part<QLineEdit>(*panel, "findPatient").text(), QStringLiteral("roe"));
        }
        studies.setCurrent(QStringLiteral("nowhere"));
        QVERIFY(!part<QListView>(one, "seriesList").currentIndex().isValid());
    }

    void the_next_series_is_the_next_that_is_listed_after_the_marked_one()
    {
        ui::StudyList studies;
        ui::SeriesPanel panel(studies);
        studies.model().setSeries(threeSeries());
        QSignalSpy asked(&studies, &ui::StudyList::seriesRequested);
        studies.step(1);
        QCOMPARE(asked.last()[0].toString(), QStringLiteral("0"));
        auto& view = part<QListView>(panel, "seriesList");
        studies.setCurrent(QStringLiteral("0"));
        QTest::keyClick(&view, Qt::Key_End); // Marked by keys, without being asked for.
        QCOMPARE(studies.current(), QStringLiteral("2"));
        studies.step(-1);
        QCOMPARE(asked.last()[0].toString(), QStringLiteral("1"));
        studies.setSearch(QStringLiteral("doe"));
        studies.step(-1);
        QCOMPARE(asked.last()[0].toString(), QStringLiteral("0"));
        studies.model().setSeries({});
        QVERIFY(studies.current().isEmpty() && studies.search().isEmpty());
        studies.step(1);
        QCOMPARE(asked.count(), 3);
    }

    void unfinished_work_is_listed_and_asked_for()
    {
        ui::UnfinishedList unfinished;
        ui::UnfinishedPanel panel(unfinished);
        QVERIFY(panel.isHidden());
        unfinished.setStudies({{QStringLiteral("Doe"), QStringLiteral("3 steps"), QStringLiteral("/day")},
            {QStringLiteral("Roe"), QStringLiteral("1 step"), QStringLiteral("/day")}});
        QVERIFY(!panel.isHidden());
        auto& rows = part<QListWidget>(panel, "unfinishedList");
        QCOMPARE(rows.count(), 2);
        QSignalSpy asked(&unfinished, &ui::UnfinishedList::openRequested);
        Q_EMIT rows.itemClicked(rows.item(1));
        QCOMPARE(asked.last()[0].toInt(), 1);
        unfinished.setStudies({});
        QVERIFY(panel.isHidden());
    }

    void the_range_of_a_tool_stands_there_while_the_tool_is_in_hand()
    {
        ui::ViewState state;
        ui::ShownPicture picture(state);
        ui::ToolOptionFields fields(picture, state);
        const auto& range = *fields.findChild<ui::RangeFields*>();
        QVERIFY(fields.isHidden());
        state.setTool(ui::ToolId::ThresholdBrush);
        QVERIFY(!fields.isHidden() && !range.isHidden());
        state.setTool(ui::ToolId::Brush); // Which has other options.
        QVERIFY(!fields.isHidden() && range.isHidden());
        state.setTool(ui::ToolId::Select);
        QVERIFY(fields.isHidden());
    }

    void the_range_begins_with_the_window_and_says_its_unit()
    {
        ui::ViewState state;
        ui::ShownPicture picture(state);
        ui::RangeFields fields(picture, state, ui::RangeFields::Of::Tool);
        imaging::VoxelGrid grid;
        grid.columns = grid.rows = 20;
        grid.slices = 1;
        imaging::VolumeInfo info;
        info.unit = "HU";
        info.window = imaging::WindowLevel{-600, 1500};
        picture.setVolume(std::make_shared<imaging::Volume>(
            grid, imaging::VoxelType::Int16, 1, std::vector<std::byte>(grid.voxels() * 2), info));
        QCOMPARE(state.paintRange().low, -1350.0);
        QCOMPARE(state.paintRange().high, 150.0);
        QCOMPARE(part<QDoubleSpinBox>(fields, "rangeLow").text(), QStringLiteral("-1350 HU"));
        QCOMPARE(part<QDoubleSpinBox>(fields, "rangeHigh").text(), QStringLiteral("150 HU"));
    }

    void a_range_never_ends_before_it_begins()
    {
        ui::ViewState state;
        ui::ShownPicture picture(state);
        ui::RangeFields fields(picture, state, ui::RangeFields::Of::Tool);
        auto& low = part<QDoubleSpinBox>(fields, "rangeLow");
        auto& high = part<QDoubleSpinBox>(fields, "rangeHigh");
        high.setValue(100);
        low.setValue(30);
        QCOMPARE(state.paintRange(), (annotations::ValueRange{30, 100}));
        low.setValue(130);
        QCOMPARE(state.paintRange(), (annotations::ValueRange{130, 130}));
        high.setValue(-7);
        QCOMPARE(state.paintRange(), (annotations::ValueRange{-7, -7}));
        QCOMPARE(low.value(), -7.0);
        state.setPaintRange({5, 4});
        QCOMPARE(state.paintRange(), (annotations::ValueRange{-7, -7}));
    }

    void send_dialog_shows_every_result()
    {
        ui::SendDialog dialog;
        dialog.setNode(QStringLiteral(" PACS@host:104 "));
        QSignalSpy sent(&dialog, &ui::SendDialog::sendRequested);
        click(dialog, "sendNow");
        QCOMPARE(sent[0][0].toString(), QStringLiteral("PACS@host:104"));
        dialog.setBusy(true);
        QVERIFY(!part<QPushButton>(dialog, "sendNow").isEnabled());
        dialog.setResults({{QStringLiteral("a.dcm"), QStringLiteral("stored"), QStringLiteral("fine"), true},
            {QStringLiteral("b.dcm"), QStringLiteral("refused"), QStringLiteral("no room"), false}});
        auto& table = part<QTableWidget>(dialog, "results");
        QCOMPARE(table.rowCount(), 2);
        QVERIFY(table.item(1, 1)->text().contains(QStringLiteral("refused")));
        QCOMPARE(table.item(1, 2)->text(), QStringLiteral("no room"));
        QVERIFY(!dialog.alsoPictures());
        dialog.setPictureCount(3);
        part<QCheckBox>(dialog, "alsoPictures").setChecked(true);
        QVERIFY(dialog.alsoPictures());
    }
};

QTEST_MAIN(PanelsTest)
#include "tst_panels.moc"
