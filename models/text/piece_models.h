#pragma once

#include "models/text/bpe.h"
#include "models/text/vocabulary.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

/// How a stretch of text becomes pieces of a sentence-piece vocabulary (Kudo and Richardson, EMNLP 2018), as Hugging
/// Face's tokenizers computes it.
namespace models::text {

/// What stands for characters that the vocabulary lacks.
struct UnknownPieces
{
    std::int64_t id = -1; ///< -1: they are left out
    bool bytes = false; ///< Their bytes, where the vocabulary has all of them ("<0x0A>").
    bool fused = true; ///< A run of them is one.
};

class PieceModel
{
public:
    virtual ~PieceModel() = default;
    virtual void append(std::string_view text, std::vector<std::int64_t>& ids) const = 0;
    virtual const Vocabulary& vocabulary() const = 0;
};

/// The most probable split (Kudo, ACL 2018): Viterbi over pieces with log probabilities.
class Unigram : public PieceModel
{
public:
    /// `scores` by id. Throws Error(Model), which names `file`, for an empty or very long piece or a score that is no
    /// number.
    Unigram(
        Vocabulary vocabulary, std::vector<double> scores, UnknownPieces unknown, const std::filesystem::path& file);

    void append(std::string_view text, std::vector<std::int64_t>& ids) const override;
    const Vocabulary& vocabulary() const override { return m_vocabulary; }

private:
    struct Node
    {
        double score = 0;
        std::size_t begin = 0;
        std::int64_t id = -1;
        bool reached = false;
    };

    void extend(std::vector<Node>& nodes, std::string_view text, std::size_t begin) const;
    void appendUnknown(std::string_view text, std::vector<std::int64_t>& ids) const;

    Vocabulary m_vocabulary;
    std::vector<double> m_scores;
    UnknownPieces m_unknown;
    double m_unknownScore = 0;
    std::vector<std::int64_t> m_sorted; ///< Ids in the order of their pieces
    std::array<std::size_t, 257> m_firsts{}; ///< Where in it the pieces with a first byte begin
};

/// Byte pairs over characters, as Llama's vocabulary has them.
class CharacterBpe : public PieceModel
{
public:
    CharacterBpe(Bpe bpe, UnknownPieces unknown)
        : m_bpe(std::move(bpe))
        , m_unknown(unknown)
    {
    }

    void append(std::string_view text, std::vector<std::int64_t>& ids) const override;
    const Vocabulary& vocabulary() const override { return m_bpe.vocabulary(); }

private:
    Bpe m_bpe;
    UnknownPieces m_unknown;
};

/// The token of a byte: "<0x0A>".
std::string byteToken(std::uint8_t byte);

/// The byte that a token stands for; -1: none.
int byteOf(std::string_view token);

} // namespace models::text
