#pragma once

#include <string>

namespace models::vision {

/// timm's name of a tensor that Hugging Face's BLIP and BLIP-2 keep under "vision_model.", with `front` in its place:
/// "visual_encoder.blocks.0.norm1.weight". Other names come back as they are.
std::string timmKey(std::string key, const std::string& front);

/// The way back: keys that do not begin with `front` stay as they are.
std::string huggingFaceKey(std::string key, const std::string& front);

} // namespace models::vision
