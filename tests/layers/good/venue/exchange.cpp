#include <zlib.h>

#include "domain/quote_board.hpp"
#include "net/client.hpp"
