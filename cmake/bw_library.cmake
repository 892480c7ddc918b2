# bw_library(name [FOLDER folder] SRCS … DEPS … LIBS … PRIVATE_LIBS …)
#
# One library of the project: target bw_<name>, alias bw::<name>. DEPS names other libraries of the
# project without the prefix, and scripts/check_layers.py reads that list, so write it literally.
# LIBS are third-party targets that the library's headers name, PRIVATE_LIBS those that only its
# sources name. Without sources the library consists of headers.
#
# Each folder has an include root of its own, a directory that holds nothing but a link to the
# folder. A library sees its own root and those of its DEPS; including anything else does not
# compile.

function(bw_include_root folder out)
  set(stage ${CMAKE_BINARY_DIR}/include_roots/${folder})
  file(MAKE_DIRECTORY ${stage})
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/${folder} ${stage}/${folder} SYMBOLIC)
  set(${out} ${stage} PARENT_SCOPE)
endfunction()

function(bw_library name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "FOLDER" "SRCS;DEPS;LIBS;PRIVATE_LIBS")
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "bw_library(${name}): unknown arguments ${ARG_UNPARSED_ARGUMENTS}")
  endif()
  if(NOT ARG_FOLDER)
    set(ARG_FOLDER ${name})
  endif()
  bw_include_root(${ARG_FOLDER} root)
  list(TRANSFORM ARG_DEPS PREPEND bw::)

  if(ARG_SRCS)
    add_library(bw_${name} STATIC ${ARG_SRCS})
    set(scope PUBLIC)
    target_link_libraries(bw_${name} PRIVATE ${ARG_PRIVATE_LIBS} bw_warnings)
  else()
    add_library(bw_${name} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(bw::${name} ALIAS bw_${name})
  target_include_directories(bw_${name} ${scope} ${root})
  bw_path_map(path_map ${root})
  target_compile_options(bw_${name} ${scope} ${path_map})
  target_link_libraries(bw_${name} ${scope} ${ARG_DEPS} ${ARG_LIBS})
endfunction()

# bw_sources(out pattern…): the sources of this folder; a new file is found by the next build.
function(bw_sources out)
  list(TRANSFORM ARGN PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  file(GLOB found CONFIGURE_DEPENDS ${ARGN})
  list(SORT found)
  set(${out} ${found} PARENT_SCOPE)
endfunction()

# bw_heavy(target): its translation units need close to a gigabyte each to compile.
function(bw_heavy target)
  get_target_property(type ${target} TYPE)
  if(NOT type STREQUAL "INTERFACE_LIBRARY")
    set_target_properties(${target} PROPERTIES JOB_POOL_COMPILE beast)
  endif()
endfunction()

# bw_precompile(target header…): headers, written with their brackets or quotes, compiled once for
# the sources of one target. A source must still include what it uses.
function(bw_precompile target)
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "INTERFACE_LIBRARY")
    return()
  endif()
  target_precompile_headers(${target} PRIVATE ${ARGN})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Lets ccache tell which precompiled header a preprocessed source refers to.
    target_compile_options(${target} PRIVATE -fpch-preprocess)
  endif()
endfunction()
