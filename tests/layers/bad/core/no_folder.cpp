#include "log.hpp"
