#pragma once
#include "messages/quote.hpp"
