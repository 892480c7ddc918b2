# bw_test(name SRCS … DEPS … LIBS … LABELS … [TIMEOUT seconds] [ENVIRONMENT …])
#
# One GoogleTest program, target and file bw_tests_<name>; every test case in it becomes one test of
# ctest with the name <name>.<suite>.<case>. DEPS names libraries of the project, LIBS third-party
# targets. Tests run in the source root and inherit the caller's environment, BELLWETHER_DATA (the
# folder with recorded data) among it.

include(GoogleTest)

function(bw_test name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "TIMEOUT" "SRCS;DEPS;LIBS;LABELS;ENVIRONMENT")
  if(NOT ARG_SRCS)
    return()
  endif()
  if(NOT ARG_LABELS)
    set(ARG_LABELS unit)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  set(target bw_tests_${name})
  list(TRANSFORM ARG_DEPS PREPEND bw::)
  bw_include_root(tests root)

  add_executable(${target} ${ARG_SRCS})
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  target_include_directories(${target} PRIVATE ${root})
  bw_path_map(path_map ${root})
  target_compile_options(${target} PRIVATE ${path_map})
  if(TARGET bw_tests_support)
    target_link_libraries(${target} PRIVATE bw_tests_support)
  endif()
  # Tests are compiled more often than they run: light optimisation, no debug data, and GoogleTest
  # parsed once a program.
  target_compile_options(${target} PRIVATE $<$<CONFIG:Release,RelWithDebInfo>:-O1 -g0>)
  list(LENGTH ARG_SRCS source_count)
  if(source_count GREATER 2)
    bw_precompile(${target} <gtest/gtest.h> <functional> <map> <string> <vector>)
  endif()
  target_link_libraries(${target} PRIVATE
    ${ARG_DEPS} ${ARG_LIBS} GTest::gmock_main GTest::gmock GTest::gtest bw_warnings bw_test_warnings)

  gtest_discover_tests(${target}
    TEST_PREFIX ${name}.
    TEST_LIST ${target}_cases
    DISCOVERY_MODE PRE_TEST
    DISCOVERY_TIMEOUT 60
    WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})

  # Set here and not above, where a list of labels would lose its semicolons.
  set(file ${CMAKE_CURRENT_BINARY_DIR}/${target}_properties.cmake)
  file(WRITE ${file} "if(${target}_cases)
  set_tests_properties(\${${target}_cases} PROPERTIES
    LABELS \"${ARG_LABELS}\" TIMEOUT ${ARG_TIMEOUT} ENVIRONMENT \"${ARG_ENVIRONMENT}\")
endif()
")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${file})
endfunction()

# What production code must not do by accident is often the very point of a test.
add_library(bw_test_warnings INTERFACE)
target_compile_options(bw_test_warnings INTERFACE -Wno-conversion -Wno-shadow)
