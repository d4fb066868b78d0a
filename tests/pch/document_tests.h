// SPDX-License-Identifier: MIT
// As documents.h, for tests.
#pragma once

#include "documents.h"
#include "tests.h"
