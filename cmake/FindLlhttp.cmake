# Where is llhttp, the HTTP parser?  Either a shared library (most systems), or
# the C sources that Debian's node-llhttp carries, which are compiled here.
# Gives the target Llhttp::llhttp.
include(FindPackageHandleStandardArgs)

find_path(LLHTTP_INCLUDE_DIR llhttp.h PATHS /usr/share/include PATH_SUFFIXES llhttp)
find_library(LLHTTP_LIBRARY llhttp)
find_path(LLHTTP_SOURCE_DIR llhttp.c PATHS /usr/share PATH_SUFFIXES llhttp NO_DEFAULT_PATH)

if(LLHTTP_LIBRARY)
  set(Llhttp_FROM ${LLHTTP_LIBRARY})
elseif(LLHTTP_SOURCE_DIR)
  set(Llhttp_FROM ${LLHTTP_SOURCE_DIR})
endif()
find_package_handle_standard_args(Llhttp
  REQUIRED_VARS Llhttp_FROM LLHTTP_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "install libllhttp-dev, or on Debian 12: apt-get install node-llhttp")

if(Llhttp_FOUND AND NOT TARGET Llhttp::llhttp)
  if(LLHTTP_LIBRARY)
    add_library(Llhttp::llhttp UNKNOWN IMPORTED)
    set_target_properties(Llhttp::llhttp PROPERTIES IMPORTED_LOCATION ${LLHTTP_LIBRARY})
    target_include_directories(Llhttp::llhttp INTERFACE ${LLHTTP_INCLUDE_DIR})
  else()
    add_library(llhttp STATIC ${LLHTTP_SOURCE_DIR}/api.c ${LLHTTP_SOURCE_DIR}/http.c
                              ${LLHTTP_SOURCE_DIR}/llhttp.c)
    target_compile_options(llhttp PRIVATE -w)
    target_include_directories(llhttp SYSTEM PUBLIC ${LLHTTP_INCLUDE_DIR})
    add_library(Llhttp::llhttp ALIAS llhttp)
  endif()
endif()
mark_as_advanced(LLHTTP_INCLUDE_DIR LLHTTP_LIBRARY LLHTTP_SOURCE_DIR)
