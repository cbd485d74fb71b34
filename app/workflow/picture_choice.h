#pragma once

#include "imaging/volume.h"

#include <memory>

namespace app {

/// One slice of an open picture; it may be let go meanwhile.
struct PictureChoice
{
    std::shared_ptr<const imaging::Volume> volume;
    int slice = 0; ///< From 0.
};

/// Remembers which picture something was computed of, without keeping it.
class PictureMemory
{
public:
    bool is(const PictureChoice& picture) const
    {
        return picture.volume && m_volume.lock() == picture.volume && m_slice == picture.slice;
    }
    void remember(const PictureChoice& picture)
    {
        m_volume = picture.volume;
        m_slice = picture.slice;
    }
    void forget() { m_volume.reset(); }

private:
    std::weak_ptr<const imaging::Volume> m_volume;
    int m_slice = -1;
};

} // namespace app
