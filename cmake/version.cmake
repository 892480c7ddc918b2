# BW_VERSION_DEFINITIONS: what the program reports about itself. Only core/version.cpp gets the
# revision, so that a commit recompiles one small file.

set(revision unknown)
find_package(Git QUIET)
if(Git_FOUND AND EXISTS ${CMAKE_SOURCE_DIR}/.git)
  execute_process(COMMAND ${GIT_EXECUTABLE} rev-parse --short=12 HEAD
                  WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}
                  OUTPUT_VARIABLE head OUTPUT_STRIP_TRAILING_WHITESPACE
                  RESULT_VARIABLE failed ERROR_QUIET)
  if(NOT failed)
    set(revision ${head})
  endif()
  # Every commit and every checkout appends to this file: configure again afterwards.
  if(EXISTS ${CMAKE_SOURCE_DIR}/.git/logs/HEAD)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
                 ${CMAKE_SOURCE_DIR}/.git/logs/HEAD)
  endif()
endif()

set(BW_VERSION_DEFINITIONS
    BW_VERSION="${PROJECT_VERSION}"
    BW_COMPILER="${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}")
set(BW_REVISION_DEFINITION BW_REVISION="${revision}")
