// SPDX-License-Identifier: MIT
// As standard.h, for what reads pages: most of these sources see the headers of JSON and of HTML.
#include <gumbo.h>

#include <nlohmann/json.hpp>
#include <tl/expected.hpp>

#include "standard.h"
