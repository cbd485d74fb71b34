#include "models/scoring/text_scores.h"

#include "imaging/error.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>
#include <utility>

namespace models::scoring {

namespace {

using Words = std::vector<std::string>;
using Grams = std::map<Words, double>;

constexpr std::size_t kLongest = 4;

/// How often each run of n words is there.
Grams gramsOf(const Words& words, std::size_t n)
{
    Grams grams;
    for (std::size_t i = 0; i + n <= words.size(); ++i)
        ++grams[Words(words.begin() + std::ptrdiff_t(i), words.begin() + std::ptrdiff_t(i + n))];
    return grams;
}

double countOf(const Grams& grams, const Words& gram)
{
    const auto found = grams.find(gram);
    return found == grams.end() ? 0 : found->second;
}

struct Entry
{
    Words text;
    std::vector<Words> references;
};

/// The reference's length that is closest to the text's, the shorter of two.
std::size_t closestLength(const Entry& entry)
{
    const auto distance = [&](std::size_t length) {
        return std::abs(std::int64_t(length) - std::int64_t(entry.text.size()));
    };
    auto best = entry.references.front().size();
    for (const auto& reference : entry.references)
        if (std::pair(distance(reference.size()), reference.size()) < std::pair(distance(best), best))
            best = reference.size();
    return best;
}

double bleu(const std::vector<Entry>& entries)
{
    double logs = 0, written = 0, wanted = 0;
    for (const auto& entry : entries) {
        written += double(entry.text.size());
        wanted += double(closestLength(entry));
    }
    for (std::size_t n = 1; n <= kLongest; ++n) {
        double right = 0, all = 0;
        for (const auto& entry : entries) {
            std::vector<Grams> references;
            for (const auto& reference : entry.references)
                references.push_back(gramsOf(reference, n));
            for (const auto& [gram, count] : gramsOf(entry.text, n)) {
                double most = 0;
                for (const auto& reference : references)
                    most = std::max(most, countOf(reference, gram));
                right += std::min(count, most);
                all += count;
            }
        }
        if (right == 0)
            return 0;
        logs += std::log(right / all) / double(kLongest);
    }
    return std::exp(logs) * (written < wanted ? std::exp(1 - wanted / written) : 1);
}

std::size_t commonSubsequence(const Words& a, const Words& b)
{
    std::vector<std::size_t> row(b.size() + 1, 0);
    for (const auto& word : a) {
        std::size_t diagonal = 0;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const auto above = row[j];
            row[j] = word == b[j - 1] ? diagonal + 1 : std::max(row[j], row[j - 1]);
            diagonal = above;
        }
    }
    return row.back();
}

double rouge(const Entry& entry)
{
    constexpr double kBeta = 1.2;
    double precision = 0, recall = 0;
    for (const auto& reference : entry.references) {
        const auto common = double(commonSubsequence(entry.text, reference));
        precision = std::max(precision, entry.text.empty() ? 0 : common / double(entry.text.size()));
        recall = std::max(recall, reference.empty() ? 0 : common / double(reference.size()));
    }
    return precision == 0 || recall == 0
        ? 0
        : (1 + kBeta * kBeta) * precision * recall / (recall + kBeta * kBeta * precision);
}

/// In how many pictures' references a run of words is there.
class Frequencies
{
public:
    explicit Frequencies(const std::vector<Entry>& entries)
        : m_logPictures(std::log(double(entries.size())))
    {
        for (const auto& entry : entries) {
            std::set<Words> seen;
            for (const auto& reference : entry.references)
                for (std::size_t n = 1; n <= kLongest; ++n)
                    for (const auto& [gram, count] : gramsOf(reference, n))
                        seen.insert(gram);
            for (const auto& gram : seen)
                ++m_pictures[gram];
        }
    }

    Grams weighted(Grams grams) const
    {
        for (auto& [gram, count] : grams)
            count *= m_logPictures - std::log(std::max(1.0, countOf(m_pictures, gram)));
        return grams;
    }

private:
    Grams m_pictures;
    double m_logPictures;
};

double lengthOf(const Grams& grams)
{
    double sum = 0;
    for (const auto& [gram, value] : grams)
        sum += value * value;
    return std::sqrt(sum);
}

/// The cosine of weighted counts, those of the text cut to the reference's.
double clippedCosine(const Grams& text, const Grams& reference)
{
    double sum = 0;
    for (const auto& [gram, value] : text) {
        const auto other = countOf(reference, gram);
        sum += std::min(value, other) * other;
    }
    const double lengths = lengthOf(text) * lengthOf(reference);
    return lengths == 0 ? 0 : sum / lengths;
}

double ciderD(const Entry& entry, const Frequencies& frequencies)
{
    constexpr double kSigma = 6, kScale = 10;
    double sum = 0;
    for (std::size_t n = 1; n <= kLongest; ++n) {
        const auto text = frequencies.weighted(gramsOf(entry.text, n));
        for (const auto& reference : entry.references) {
            const auto difference = double(entry.text.size()) - double(reference.size());
            sum += clippedCosine(text, frequencies.weighted(gramsOf(reference, n)))
                * std::exp(-difference * difference / (2 * kSigma * kSigma));
        }
    }
    return kScale * sum / double(kLongest * entry.references.size());
}

std::vector<Entry> entriesOf(
    const std::vector<std::string>& texts, const std::vector<std::vector<std::string>>& references)
{
    if (texts.empty() || texts.size() != references.size())
        throw imaging::Error(imaging::ErrorKind::InvalidInput,
            "There are " + std::to_string(texts.size()) + " texts and references of "
                + std::to_string(references.size()) + " pictures: they cannot be compared.");
    std::vector<Entry> entries;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        if (references[i].empty())
            throw imaging::Error(imaging::ErrorKind::InvalidInput,
                "The text \"" + texts[i] + "\" has no reference to be compared with.");
        entries.push_back({scoredWords(texts[i]), {}});
        for (const auto& reference : references[i])
            entries.back().references.push_back(scoredWords(reference));
    }
    return entries;
}

} // namespace

Words scoredWords(const std::string& text)
{
    Words words;
    std::string word;
    for (const char character : text + " ") {
        const auto byte = static_cast<unsigned char>(character);
        if (std::isalnum(byte) != 0 || byte >= 0x80 || character == '\'') {
            word += char(std::tolower(byte));
            continue;
        }
        if (!word.empty())
            words.push_back(std::exchange(word, {}));
    }
    return words;
}

TextScores textScores(const std::vector<std::string>& texts, const std::vector<std::vector<std::string>>& references)
{
    const auto entries = entriesOf(texts, references);
    const Frequencies frequencies(entries);
    TextScores scores;
    scores.bleu4 = bleu(entries);
    for (const auto& entry : entries) {
        scores.rougeL += rouge(entry) / double(entries.size());
        scores.cider += ciderD(entry, frequencies) / double(entries.size());
    }
    return scores;
}

} // namespace models::scoring
