#include "annotations/label_origin.h"

#include <QtTest>

using annotations::Label;
using annotations::LabelOrigin;

class TestLabelOrigin : public QObject
{
    Q_OBJECT

    const LabelOrigin m_origin{"lower left lung + apex", "left, lower", "lvit default", "1.0", "0123456789ab", 0.35, "anna",
        false};

    static Label labelled(const std::string& description, const std::string& algorithm)
    {
        Label label;
        label.algorithm = annotations::AlgorithmType::SemiAutomatic;
        label.description = description;
        label.algorithmName = algorithm;
        return label;
    }

private Q_SLOTS:
    void comes_back_from_a_label()
    {
        const auto origins = annotations::originsOf(
            labelled(annotations::originText(m_origin), annotations::algorithmText(m_origin)));
        QCOMPARE(origins.size(), std::size_t(1));
        QVERIFY(origins.front() == m_origin);
    }

    void the_parts_of_a_mask_that_was_added_to_come_back_in_order()
    {
        LabelOrigin draft = m_origin;
        draft.prompt = "a | b";
        draft.machineDraft = true;
        draft.acceptedBy.clear();
        const auto text = annotations::joinedOrigins(annotations::originText(draft), annotations::originText(m_origin));
        const auto origins = annotations::originsOf(labelled(text, annotations::algorithmText(m_origin)));
        QCOMPARE(origins.size(), std::size_t(2));
        QCOMPARE(origins[0].prompt, std::string("a / b"));
        QVERIFY(origins[0].machineDraft && origins[0].modelName.empty()); // The name is the last run's.
        QVERIFY(origins[1] == m_origin);
    }

    void words_of_the_user_before_it_are_no_part_of_it()
    {
        const auto origins =
            annotations::originsOf(labelled("drawn by Ben + " + annotations::originText(m_origin), "other program"));
        QCOMPARE(origins.size(), std::size_t(1));
        QCOMPARE(origins[0].prompt, m_origin.prompt);
        QCOMPARE(origins[0].modelName, std::string("other program"));
        QVERIFY(origins[0].modelHash.empty());
    }

    void other_descriptions_tell_nothing()
    {
        QVERIFY(annotations::originsOf(labelled("A nodule + a node", "x")).empty());
        QVERIFY(annotations::originsOf(labelled({}, {})).empty());
    }
};

QTEST_GUILESS_MAIN(TestLabelOrigin)
#include "tst_label_origin.moc"
