#include "../core/log.hpp"
