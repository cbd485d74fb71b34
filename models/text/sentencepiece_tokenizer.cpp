#include "models/text/sentencepiece_tokenizer.h"

#include "imaging/error.h"
#include "models/text/byte_alphabet.h"
#include "models/text/sentencepiece_file.h"

#include <sentencepiece_processor.h>

#include <algorithm>

namespace models::text {

using imaging::Error;
using imaging::ErrorKind;

SentencePieceTokenizer::SentencePieceTokenizer(
    const std::filesystem::path& file, AddedTokens added, ExtraIds extraIds)
    : m_processor(std::make_unique<sentencepiece::SentencePieceProcessor>())
    , m_added(std::move(added))
{
    const auto bytes = readSentencePieceFile(file);
    std::string reason;
    try {
        const auto status = m_processor->LoadFromSerializedProto(bytes);
        reason = status.ok() ? "" : status.ToString();
    } catch (const std::exception& exception) {
        reason = exception.what();
    }
    if (!reason.empty())
        throw Error(ErrorKind::Model,
            "The vocabulary " + file.string() + " cannot be used: SentencePiece says \"" + reason
                + "\". Copy the file from the model's folder again.",
            file.string());
    addOwnTokens(extraIds);
}

SentencePieceTokenizer::~SentencePieceTokenizer() = default;

void SentencePieceTokenizer::addOwnTokens(ExtraIds extraIds)
{
    constexpr int kExtraIds = 100;
    const auto pieceCount = m_processor->GetPieceSize();
    for (int id = 0; id < pieceCount; ++id)
        if (m_processor->IsControl(id) || m_processor->IsUnknown(id))
            m_added.add({m_processor->IdToPiece(id), id});
    const int begin = m_processor->bos_id();
    const int end = m_processor->eos_id();
    if (begin < 0 && extraIds == ExtraIds::AsT5)
        for (int i = 0; i < kExtraIds; ++i)
            m_added.add({"<extra_id_" + std::to_string(i) + ">", pieceCount + kExtraIds - 1 - i});
    if (begin >= 0)
        m_frame.before = {begin};
    else if (end >= 0)
        m_frame.after = {end};
    m_frame.pad = std::max(m_processor->pad_id(), 0);
}

TokenIds SentencePieceTokenizer::pieces(std::string_view text) const
{
    TokenIds ids;
    std::vector<int> found;
    for (const auto& stretch : m_added.split(text)) {
        if (stretch.id >= 0) {
            ids.push_back(stretch.id);
            continue;
        }
        if (const auto status = m_processor->Encode(repairedUtf8(stretch.text), &found); !status.ok())
            throw Error(ErrorKind::Internal, "SentencePiece cannot split a text: " + status.ToString() + ".");
        ids.insert(ids.end(), found.begin(), found.end());
    }
    return ids;
}

std::string SentencePieceTokenizer::decode(std::span<const std::int64_t> ids) const
{
    std::string text;
    std::vector<int> run;
    const auto flush = [&] {
        std::string decoded;
        if (const auto status = m_processor->Decode(run, &decoded); !status.ok())
            throw Error(ErrorKind::Internal, "SentencePiece cannot join a text: " + status.ToString() + ".");
        text += decoded;
        run.clear();
    };
    for (const auto id : ids) {
        const auto* added = m_added.token(id);
        if (added && !m_added.isSpecial(id)) {
            flush();
            text += *added;
        } else if (!added && id >= 0 && id < m_processor->GetPieceSize()) {
            run.push_back(static_cast<int>(id));
        }
    }
    flush();
    return text;
}

std::int64_t SentencePieceTokenizer::find(std::string_view token) const
{
    if (const auto id = m_added.find(token); id >= 0)
        return id;
    const int id = m_processor->PieceToId(token);
    return m_processor->IsUnknown(id) ? -1 : id;
}

std::size_t SentencePieceTokenizer::size() const
{
    return std::max(static_cast<std::size_t>(m_processor->GetPieceSize()), m_added.size());
}

} // namespace models::text
