#include "app/controllers/segment/classify_controller.h"

#include "ui/error_text.h"
#include "ui/messages.h"
#include "ui/pages/segment_page.h"
#include "ui/panels/class_bars.h"
#include "ui/panels/classify_tab.h"
#include "ui/panels/seen_picture.h"
#include "ui/qt_text.h"
#include "ui/views/shown_picture.h"
#include "ui/views/view_state.h"

#include <algorithm>
#include <utility>

namespace app {

namespace {

const QString kClassifyChannel = QStringLiteral("classify");
const QString kClassifyMessage = QStringLiteral("classify");
const QString kWhereChannel = QStringLiteral("where");

QStringList textsOf(const std::vector<std::string>& texts)
{
    QStringList list;
    for (const auto& text : texts)
        list << ui::qt(text);
    return list;
}

models::ClassQuestion questionOf(const ui::ClassWish& wish)
{
    models::ClassQuestion question;
    question.findings = wish.findings;
    question.templates.clear();
    for (const QString& name : wish.classes)
        question.classes.push_back(name.toStdString());
    for (const QString& text : wish.templates)
        question.templates.push_back(text.toStdString());
    return question;
}

} // namespace

ClassifyController::ClassifyController(JobRunner& jobs, Session& session, ui::SegmentPage& page,
    ui::Messages& messages, ui::ShownPicture& picture, ui::ViewState& state, ClassifierWorker& worker,
    const QString& settingsFile, const std::filesystem::path& standardModel)
    : m_jobs(jobs)
    , m_session(session)
    , m_messages(messages)
    , m_picture(picture)
    , m_state(state)
    , m_tab(page.classify())
    , m_worker(worker)
    , m_model(m_tab.model(), settingsFile, QStringLiteral("classifier"),
          tr("Choose the folder of a CLIP: Hugging Face's, or OpenAI's file with its vocabulary beside it, best one that has "
             "learnt from radiographs. Limn downloads none, and nothing leaves this computer."),
          standardModel)
    , m_prompts(m_tab.prompts(), settingsFile, QStringLiteral("classifier-prompts"), {})
{
    m_prompts.hideCard();
    showUsualTemplates(models::kRadiographTemplates);
    connect(&m_model, &ModelChoice::changed, this, &ClassifyController::choiceChanged);
    connect(&m_prompts, &ModelChoice::changed, this, &ClassifyController::choiceChanged);
    connect(&session, &Session::opened, this, &ClassifyController::forget);
    connect(&session, &Session::closed, this, &ClassifyController::forget);
    connect(&state, &ui::ViewState::sliceChanged, this, &ClassifyController::describeSlice);
    connect(&m_tab, &ui::ClassifyTab::shown, this, &ClassifyController::openModel);
    connect(&m_tab, &ui::ClassifyTab::runRequested, this, [this] { classify(); });
    connect(&m_tab.bars(), &ui::ClassBars::whereRequested, this, &ClassifyController::showWhere);
    connect(&picture, &ui::ShownPicture::overlayChanged, this, &ClassifyController::heatChanged);
    m_tab.setLearnt(!m_prompts.path().empty(), {});
    forget();
}

void ClassifyController::forget()
{
    m_jobs.stopChannel(kClassifyChannel);
    m_seenSlice.reset();
    m_messages.remove(kClassifyMessage);
    forgetAnswer();
    m_tab.seen().clear();
    settle();
}

void ClassifyController::forgetAnswer()
{
    hideHeat();
    m_answered.reset();
    m_likeliest.clear();
    m_tab.bars().clear();
    m_tab.setTiming({});
}

void ClassifyController::choiceChanged()
{
    forget();
    m_tried = {};
    m_tab.setLearnt(!m_prompts.path().empty(), {});
    openModel();
}

/// The names that prompts were learnt with are known before they are asked for.
void ClassifyController::openModel()
{
    const ClassifierChoice choice{m_model.path(), m_prompts.path()};
    if (choice.model.empty() || choice == m_tried)
        return;
    m_tried = choice;
    m_jobs.start<ClassifierAbilities>(
        {Lane::Inference, QStringLiteral("classifier"), tr("Opening the model that classifies")},
        [&worker = m_worker, choice](std::stop_token, const imaging::Progress&) { return worker.open(choice); },
        [this, choice](const ClassifierAbilities& abilities) {
            m_tab.setLearnt(!choice.prompts.empty(), textsOf(abilities.learntClasses));
            if (choice.prompts.empty())
                m_tab.setExamples(textsOf(abilities.examples));
            showUsualTemplates(abilities.usualTemplates);
        },
        [this](const JobFailure& failure) { say(failure); });
}

/// Where the user has written none.
void ClassifyController::showUsualTemplates(const std::vector<std::string>& templates)
{
    if (!isUsual(m_tab.wish()))
        return;
    m_usualTemplates = textsOf(templates);
    m_tab.setTemplates(m_usualTemplates);
}

bool ClassifyController::isUsual(const ui::ClassWish& wish) const
{
    return wish.templates.isEmpty() || wish.templates == m_usualTemplates;
}

void ClassifyController::settle()
{
    m_tab.setState(m_session.isOpen() && !m_model.path().empty(), m_jobs.isBusy(kClassifyChannel));
}

void ClassifyController::classify(Confirmed confirmed)
{
    if (!m_session.isOpen())
        return;
    if (m_model.path().empty())
        return say({imaging::ErrorKind::NotFound, m_model.advice().toStdString()});
    m_messages.remove(kClassifyMessage);
    forgetAnswer();
    const auto wish = m_tab.wish();
    ClassifyTask task{{m_model.path(), m_prompts.path()}, {m_session.volume(), m_state.slice()}, questionOf(wish),
        {imaging::Sides::Patient, confirmed}};
    if (isUsual(wish)) // The model's own, which may not be open yet.
        task.question.templates.clear();
    m_tried = task.choice;
    m_jobs.start<std::optional<models::Classification>>(
        {Lane::Inference, kClassifyChannel, tr("Classifying")},
        [&worker = m_worker, task](
            std::stop_token stop, const imaging::Progress& progress) { return worker.classify(task, stop, progress); },
        [this, task](const std::optional<models::Classification>& answer) {
            settle();
            if (answer)
                show(task, *answer);
        },
        [this](const JobFailure& failure) { say(failure, [this] { classify(Confirmed::Yes); }); },
        [this] { settle(); });
    settle();
}

void ClassifyController::show(const ClassifyTask& task, const models::Classification& answer)
{
    auto sorted = answer.scores;
    std::stable_sort(
        sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.probability > b.probability; });
    QList<ui::ClassBar> bars;
    for (const auto& score : sorted)
        bars << ui::ClassBar{ui::qt(score.name), score.probability, textsOf(score.texts)};
    m_answered = task;
    m_likeliest = bars.isEmpty() ? QString() : bars.front().name;
    m_tab.bars().setBars(task.question.findings ? tr("Each finding for itself") : tr("Among these classes"), bars);
    m_tab.setTiming(tr("The picture took %1 s.").arg(answer.pictureSeconds, 0, 'f', 2));
    const auto& picture = task.picture;
    m_seenSlice = picture.slice;
    m_tab.seen().setPicture(answer.size, answer.seen,
        tr("What the model saw: %1, %2 x %2 pixels").arg(sliceText(*picture.volume, picture.slice)).arg(answer.size));
    describeSlice();
    if (!answer.warnings.empty())
        m_messages.show({kClassifyMessage, ui::MessageKind::Warning, ui::joined(answer.warnings), {}, {}});
    Q_EMIT classified();
}

void ClassifyController::showWhere(const QString& name)
{
    hideHeat();
    if (name.isEmpty() || !m_answered)
        return;
    m_tab.bars().setWhere(name);
    m_jobs.start<std::optional<models::ClassHeat>>(
        {Lane::Inference, kWhereChannel, tr("Looking where the picture speaks for “%1”").arg(name)},
        [&worker = m_worker, task = *m_answered, name = name.toStdString()](std::stop_token stop,
            const imaging::Progress& progress) { return worker.explain(task, name, stop, progress); },
        [this](const std::optional<models::ClassHeat>& heat) {
            if (heat)
                showHeat(*heat);
        },
        [this](const JobFailure& failure) {
            m_tab.bars().setWhere({});
            say(failure);
        },
        [this] {
            if (m_heat.isEmpty() && !m_jobs.isBusy(kWhereChannel))
                m_tab.bars().setWhere({});
        });
}

void ClassifyController::showHeat(const models::ClassHeat& heat)
{
    m_heat = tr("Grad-CAM of “%1”").arg(ui::qt(heat.name));
    const auto& picture = m_answered->picture;
    const auto plane = imaging::planeOf(picture.volume->grid(), imaging::GridAxis::Slice, picture.slice);
    m_picture.setHeat(ui::SliceHeat{plane, heat.heat, ui::SliceHeat().opacity, m_heat});
    Q_EMIT whereShown();
}

void ClassifyController::hideHeat()
{
    m_jobs.stopChannel(kWhereChannel);
    m_tab.bars().setWhere({});
    if (!std::exchange(m_heat, {}).isEmpty())
        m_picture.setHeat(std::nullopt);
}

/// Another heat may have taken this one's place: that of a mask, or none with another picture.
void ClassifyController::heatChanged()
{
    const auto& heat = m_picture.heat();
    if (m_heat.isEmpty() || (heat && heat->caption == m_heat))
        return;
    m_heat.clear();
    m_tab.bars().setWhere({});
}

void ClassifyController::describeSlice()
{
    const bool other = m_session.isOpen() && m_seenSlice && *m_seenSlice != m_state.slice();
    m_tab.seen().setNote(
        other ? tr("The next answer is about %1.").arg(sliceText(*m_session.volume(), m_state.slice())) : QString());
}

/// Also of a model that could not be opened. `confirm`: does it all the same.
void ClassifyController::say(const JobFailure& failure, std::function<void()> confirm)
{
    const bool sides = failure.confirmable == imaging::Confirmable::Sides;
    const bool asks = confirm && (sides || failure.confirmable == imaging::Confirmable::Run);
    const QString text = ui::errorText(failure.kind, failure.message);
    m_messages.show({kClassifyMessage, asks ? ui::MessageKind::Warning : ui::MessageKind::Error, text,
        asks ? (sides ? tr("It lies as usual") : tr("Run all the same")) : QString(), asks ? std::move(confirm) : std::function<void()>()});
    settle();
    Q_EMIT failed(text);
}

} // namespace app
