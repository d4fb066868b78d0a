// SPDX-License-Identifier: MIT
// As documents.h, for tests.
#include "documents.h"
#include "tests.h"
