#pragma once
#include "strategy_abi.h"
