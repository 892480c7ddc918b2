#include <boost/beast.hpp>
#include <net/if.h>
#include <openssl/ssl.h>

#include "core/log.hpp"
