# Finds libcaf_core, which the distribution ships without a CMake package: target CAF::core.
# The networking and OpenSSL modules of CAF are not used and not looked for.

find_path(CAF_INCLUDE_DIR caf/config.hpp)
find_library(CAF_core_LIBRARY caf_core)
mark_as_advanced(CAF_INCLUDE_DIR CAF_core_LIBRARY)

if(CAF_INCLUDE_DIR)
  # The header holds one number: 1706 is 0.17.6.
  file(STRINGS ${CAF_INCLUDE_DIR}/caf/config.hpp line REGEX "^#define CAF_VERSION [0-9]+")
  string(REGEX REPLACE "[^0-9]" "" number "${line}")
  math(EXPR major "${number} / 10000")
  math(EXPR minor "${number} / 100 % 100")
  math(EXPR patch "${number} % 100")
  set(CAF_VERSION ${major}.${minor}.${patch})
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(CAF
  REQUIRED_VARS CAF_core_LIBRARY CAF_INCLUDE_DIR
  VERSION_VAR CAF_VERSION)

if(CAF_FOUND AND NOT TARGET CAF::core)
  find_package(Threads REQUIRED)
  add_library(CAF::core UNKNOWN IMPORTED)
  set_target_properties(CAF::core PROPERTIES
    IMPORTED_LOCATION ${CAF_core_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${CAF_INCLUDE_DIR}
    INTERFACE_COMPILE_DEFINITIONS CAF_ENABLE_TYPE_ID_CHECKS
    INTERFACE_LINK_LIBRARIES Threads::Threads)
endif()
