# Language level, warnings, hardening, sanitizers and the compiler cache.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_SCAN_FOR_MODULES OFF)

if(NOT CMAKE_BUILD_TYPE)
  message(STATUS "No build type given: RelWithDebInfo. The presets choose one.")
  set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckPIESupported)
check_pie_supported(LANGUAGES CXX)

# At most two of the translation units that need close to a gigabyte each compile at a time.
set_property(GLOBAL APPEND PROPERTY JOB_POOLS beast=2)

# ccache gets its settings with the launcher, so that every way to start a build shares one cache:
# paths relative to the source tree, and the sloppiness that precompiled headers ask for.
find_program(BW_CCACHE ccache)
if(BW_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env
      CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
      CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${BW_CCACHE})
endif()

# bw_path_map(out folder): flags by which assertions and debug data show paths below the folder as
# paths of the project. The folder is spelled both ways: ccache hands the compiler relative paths.
function(bw_path_map out folder)
  file(RELATIVE_PATH relative ${CMAKE_BINARY_DIR} ${folder})
  string(REGEX REPLACE "/$" "" relative "${relative}")
  set(${out} -ffile-prefix-map=${folder}/= -ffile-prefix-map=${relative}/= PARENT_SCOPE)
endfunction()
bw_path_map(source_path_map ${CMAKE_SOURCE_DIR})
add_compile_options(${source_path_map})

# Warnings for the project's own targets.
add_library(bw_warnings INTERFACE)
target_compile_options(bw_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual -Wformat=2
  # Option structs are filled by designated initialisers; the rest keeps its defaults.
  -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # These depend on what the optimiser sees and are wrong about the standard library at times.
  target_compile_options(bw_warnings INTERFACE
    -Wno-restrict
    -Wno-error=maybe-uninitialized
    -Wno-error=array-bounds
    -Wno-error=stringop-overflow
    -Wno-error=stringop-overread
    -Wno-error=free-nonheap-object)
  if(CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 13)
    target_compile_options(bw_warnings INTERFACE -Wno-error=dangling-reference)
  endif()
endif()
if(BW_WERROR)
  target_compile_options(bw_warnings INTERFACE -Werror)
endif()

# Hardening. Fortified functions need optimisation and disturb the sanitizers.
if(BW_HARDENING)
  add_compile_options(-fstack-protector-strong)
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
  add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack)
  if(NOT BW_SANITIZE AND NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
    add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2)
  endif()
endif()

if(BW_SANITIZE)
  add_compile_options(-fsanitize=${BW_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${BW_SANITIZE})
  # The sanitizers' own branches make the compiler see uninitialised reads that are not there.
  target_compile_options(bw_warnings INTERFACE -Wno-maybe-uninitialized)
  if(BW_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Asio uses fences, which this sanitizer does not model.
    target_compile_options(bw_warnings INTERFACE -Wno-tsan)
  endif()
endif()
