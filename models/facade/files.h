#pragma once

// What the program shares with models of data folders and files: tables, seeded draws, digests, the lock of a
// training's folder.
#include "models/data/csv.h"
#include "models/data/random.h"
#include "models/training/folder_lock.h"
#include "models/weights/sha256.h"
