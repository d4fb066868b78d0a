// SPDX-License-Identifier: MIT
// As standard.h, for tests.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "standard.h"
