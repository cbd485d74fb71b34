#include "models/library.h"
