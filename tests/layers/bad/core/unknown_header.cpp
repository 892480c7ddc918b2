#include <arrow/api.h>
