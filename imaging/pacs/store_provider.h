#pragma once

#include "imaging/pacs/connection.h"
#include "imaging/pacs/storage_scp.h"

#include <functional>

namespace imaging::pacs::detail {

enum class Admission { Open, Busy };

/// Serves one association to its end: answers echoes, keeps the objects that pass the vetting. `Busy` tells the other
/// side to come back later. Throws AssociationBroken when it does not end as it should; the connection is aborted then.
void serveAssociation(Connection connection, const StorageScpOptions& options, Admission admission,
    const std::function<void(const ReceivedInstance&)>& onReceived);

/// Where received files lie until they are accepted.
std::filesystem::path incomingFolder(const StorageScpOptions& options);

} // namespace imaging::pacs::detail
