# Every third-party package, all from the distribution (packaging/apt-packages.txt). The versions
# are those of Debian 12; newer ones are fine unless EXACT says otherwise. No version is asked of a
# package that calls its next release incompatible although both serve here.

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(Python3 REQUIRED COMPONENTS Interpreter)

find_package(CAF 0.17.6 EXACT REQUIRED)
find_package(Boost 1.74 REQUIRED)
find_package(OpenSSL 3.0 REQUIRED COMPONENTS SSL Crypto)
find_package(simdjson CONFIG REQUIRED)
find_package(nlohmann_json 3.11 CONFIG REQUIRED)
find_package(fmt 9.1 CONFIG REQUIRED)
find_package(spdlog 1.10 CONFIG REQUIRED)
find_package(RocksDB CONFIG REQUIRED)
find_package(SQLite3 3.40 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(zstd CONFIG REQUIRED)
find_package(date CONFIG REQUIRED)
find_package(CLI11 2.1 CONFIG REQUIRED)
find_package(tomlplusplus 3.3 CONFIG REQUIRED)

# The CMake package of prometheus-cpp also demands its web server and an HTTP client; the library
# needed here is the core alone.
pkg_check_modules(prometheus_core REQUIRED IMPORTED_TARGET prometheus-cpp-core>=1.0)
add_library(bw_prometheus INTERFACE)
target_link_libraries(bw_prometheus INTERFACE PkgConfig::prometheus_core)
add_library(bw::prometheus ALIAS bw_prometheus)

# Header-only and without a CMake package; core/ knows where each release puts the file.
find_path(CONCURRENTQUEUE_INCLUDE_DIR
          NAMES concurrentqueue/concurrentqueue.h concurrentqueue/moodycamel/concurrentqueue.h
          REQUIRED)
mark_as_advanced(CONCURRENTQUEUE_INCLUDE_DIR)

# Header-only and without a CMake package.
find_path(MUSTACHE_INCLUDE_DIR NAMES kainjow/mustache.hpp REQUIRED)
mark_as_advanced(MUSTACHE_INCLUDE_DIR)

# bw::asio: Beast and Asio with TLS. Their function bodies are compiled once, in
# net/beast_source.cpp, so whoever links this also links bw::net.
add_library(bw_asio INTERFACE)
add_library(bw::asio ALIAS bw_asio)
target_link_libraries(bw_asio INTERFACE
  Boost::headers OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
target_compile_definitions(bw_asio INTERFACE
  BOOST_ASIO_NO_DEPRECATED
  BOOST_ASIO_SEPARATE_COMPILATION
  BOOST_BEAST_SEPARATE_COMPILATION)
if(Boost_VERSION VERSION_LESS 1.75)
  # Asio 1.74 uses std::exchange in its coroutine header without including <utility>.
  target_compile_options(bw_asio INTERFACE "SHELL:-include utility")
endif()

if(BW_TESTS)
  find_package(GTest 1.12 CONFIG REQUIRED)
endif()
