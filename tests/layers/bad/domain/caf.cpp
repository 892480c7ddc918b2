#include <caf/actor.hpp>
