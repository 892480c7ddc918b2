#pragma once
#include <caf/actor.hpp>

#include "messages/actor_interfaces.hpp"
#include "venue/exchange.hpp"
