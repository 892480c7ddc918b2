#include "domain/risk_rules.hpp"
