#include <gtest/gtest.h>
#include <rocksdb/db.h>

#include "actors/node.hpp"
#include "tests/support/builders.hpp"
