#pragma once
#include <fmt/format.h>
#include <sys/types.h>

#include <string>
