#pragma once
#include <caf/typed_actor.hpp>

#include "messages/quote.hpp"
