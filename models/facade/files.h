#pragma once

// Tables of data folders, digests of files and the lock of a training's folder, as the program uses them, too.
#include "models/data/csv.h"
#include "models/training/folder_lock.h"
#include "models/weights/sha256.h"
