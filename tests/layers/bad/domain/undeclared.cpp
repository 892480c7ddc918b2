#include "net/client.hpp"
