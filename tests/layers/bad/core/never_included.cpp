#include "tests/support/builders.hpp"
