// SPDX-License-Identifier: MIT
#pragma once

#include <gumbo.h>

namespace scraper {

/// Gives an attribute of an element in <svg> or <math> the name and namespace that it has there ("adjust SVG
/// attributes" and the like, WHATWG HTML 13.2.6.1, as gumbo 0.10.1 has them: without xlink:arcrole). Its name is in
/// lower case.
void adjust_foreign_name(GumboAttribute& attribute, GumboNamespaceEnum space);

}  // namespace scraper
