#include "models/facade/trained_package.h"

namespace models {

PackageHead headOf(const TrainOptions& options, const std::string& modelType)
{
    PackageHead head;
    head.modelType = modelType;
    head.name = options.name;
    head.version = "1.0.0";
    head.modalities = options.modalities;
    head.bodyParts = options.bodyParts;
    head.views = options.views;
    return head;
}

} // namespace models
