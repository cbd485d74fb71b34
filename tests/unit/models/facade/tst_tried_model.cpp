#include "models/facade/tried_model.h"

#include "tests/support/error_sentence.h"
#include "tests/support/fake_classifier.h"
#include "tests/support/fake_reporter.h"

#include <QtTest>

#include <cmath>
#include <limits>

/// What a user is told of a model that was opened and tried once.
class TestTriedModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_model_is_asked_only_for_what_it_does_data()
    {
        QTest::addColumn<bool>("writes");
        QTest::addColumn<bool>("answers");
        QTest::addColumn<bool>("compares");
        QTest::addColumn<QString>("says");
        QTest::newRow("captions") << true << false << false << "b: writes about pictures, 4x4 pixels";
        QTest::newRow("answers") << false << true << false << "b: answers questions, 4x4";
        QTest::newRow("compares") << false << false << true << "b: compares pictures with texts, 4x4";
        QTest::newRow("all") << true << true << true
                             << "b: writes about pictures, answers questions, compares pictures with texts, 4x4";
    }

    void a_model_is_asked_only_for_what_it_does()
    {
        support::FakeReporter reporter;
        QFETCH(bool, writes);
        QFETCH(bool, answers);
        QFETCH(bool, compares);
        reporter.writes = writes;
        reporter.answers = answers;
        reporter.compares = compares;
        const auto line = QString::fromStdString(models::tried(reporter, "b"));
        QFETCH(QString, says);
        QVERIFY2(line.startsWith(says), qPrintable(line));
        QCOMPARE(reporter.looks, 1);
        QCOMPARE(!reporter.requests.empty(), writes || answers);
        QCOMPARE(!reporter.matched.empty(), compares);
        if (answers && !writes)
            QVERIFY(!reporter.requests.front().prompt.empty()); // It takes nothing but a question.
    }

    void a_classifier_compares_one_picture_with_texts()
    {
        support::FakeClassifier classifier;
        const auto line = QString::fromStdString(models::tried(classifier, "c"));
        QVERIFY2(line.startsWith("c: compares pictures with texts, 4x4 pixels"), qPrintable(line));
        QCOMPARE(classifier.looks, 1);
    }

    void values_that_are_no_numbers_are_refused()
    {
        struct Damaged : support::FakeClassifier
        {
            models::Classification classify(const imaging::Slice& slice) override
            {
                auto answer = FakeClassifier::classify(slice);
                answer.scores.back().logit = std::numeric_limits<double>::quiet_NaN();
                return answer;
            }
        } classifier;
        QVERIFY(support::sentence(imaging::ErrorKind::Model, [&] { models::tried(classifier, "c"); }).contains("'c'"));
    }
};

QTEST_APPLESS_MAIN(TestTriedModel)
#include "tst_tried_model.moc"
