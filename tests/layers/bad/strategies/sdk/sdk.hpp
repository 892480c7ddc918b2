#pragma once
#include "domain/bar_builder.hpp"
