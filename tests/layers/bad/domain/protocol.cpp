#include "messages/actor_interfaces.hpp"
