# What every target of Limn shares: warnings, sanitizers, faster tools where present, and one function each for libraries and tests.

add_library(project_options INTERFACE)
target_compile_options(project_options INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual)
if(WARNINGS_AS_ERRORS)
  target_compile_options(project_options INTERFACE -Werror)
endif()
if(SANITIZER)
  target_compile_options(project_options INTERFACE -fsanitize=${SANITIZER} -fno-omit-frame-pointer)
  target_link_options(project_options INTERFACE -fsanitize=${SANITIZER})
endif()
target_include_directories(project_options INTERFACE "${PROJECT_SOURCE_DIR}")

# Inner loops ask for more (limn_inner_loops); for all else -O3 costs a third of the compiler's time and gives nothing.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()
find_program(MOLD_PROGRAM mold)
if(MOLD_PROGRAM)
  add_link_options(-fuse-ld=mold)
endif()

# limn_add_library(NAME SOURCES ... [HEADERS ...] [PUBLIC ...] [PRIVATE ...])
# A static library with the alias limn::NAME; headers are found from the root of the repository.
function(limn_add_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;HEADERS;PUBLIC;PRIVATE" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  add_library(limn::${name} ALIAS ${name})
  target_sources(${name} PUBLIC FILE_SET HEADERS BASE_DIRS "${PROJECT_SOURCE_DIR}" FILES ${ARG_HEADERS})
  target_link_libraries(${name} PUBLIC ${ARG_PUBLIC} PRIVATE project_options ${ARG_PRIVATE})
  limn_compile_together(${name})
endfunction()

# limn_compile_together(NAME): where LIMN_UNITY_BUILD is on, eight files of the target are compiled as one: headers are read
# once for the eight, and what they make the compiler instantiate is made once.
function(limn_compile_together name)
  set_target_properties(${name} PROPERTIES UNITY_BUILD ${LIMN_UNITY_BUILD} UNITY_BUILD_BATCH_SIZE 8)
endfunction()

# limn_waits_for_people(NAME): a target that waits for people and files, with next to nothing to optimise.
# GCC 12 at -O1 takes optionals and objects that outlive their function for ones that were never made.
function(limn_waits_for_people name)
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O1> -Wno-maybe-uninitialized)
endfunction()

# limn_inner_loops(FILE ...): files that run over voxels, pixels or bits, which the compiler shall turn into vectors.
function(limn_inner_loops)
  set_property(SOURCE ${ARGN} APPEND PROPERTY COMPILE_OPTIONS "$<$<CONFIG:Release>:-O3>")
  set_source_files_properties(${ARGN} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON SKIP_PRECOMPILE_HEADERS ON)
endfunction()

# limn_add_test(NAME SOURCES ... LIBRARIES ... LABELS ... [TIMEOUT seconds] [XVFB])
# A Qt Test program registered with ctest under its own name. XVFB runs it on a virtual screen.
function(limn_add_test name)
  cmake_parse_arguments(ARG "XVFB" "TIMEOUT" "SOURCES;LIBRARIES;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  set_target_properties(${name} PROPERTIES AUTOMOC ON RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  # Empty, as each test includes its own moc file: spared a library's precompiled header.
  set_source_files_properties("${CMAKE_CURRENT_BINARY_DIR}/${name}_autogen/mocs_compilation.cpp"
    PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  target_compile_definitions(${name} PRIVATE QT_NO_KEYWORDS)
  target_link_libraries(${name} PRIVATE project_options ${ARG_LIBRARIES} Qt6::Test)
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  if(ARG_XVFB)
    add_test(NAME ${name} COMMAND xvfb-run -a -s "-screen 0 1600x1000x24" $<TARGET_FILE:${name}>)
  else()
    add_test(NAME ${name} COMMAND ${name})
  endif()
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT}
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
    ENVIRONMENT "XDG_CACHE_HOME=${CMAKE_BINARY_DIR}/tests/cache;LIMN_TEST_DATA=${LIMN_TEST_DATA};LIMN_BIN=${CMAKE_BINARY_DIR}/bin;LIMN_PYTHON=${LIMN_PYTHON}")
endfunction()

# Tests find real data, when there is any, in LIMN_TEST_DATA, and the independent readers in the private environment's Python.
set(LIMN_TEST_DATA "${PROJECT_SOURCE_DIR}/../shared/data" CACHE PATH "Folder of real data for tests; tests that need it skip when it is absent")
set(LIMN_PYTHON "${PROJECT_SOURCE_DIR}/build/venv/bin/python3" CACHE FILEPATH "Python with the independent readers, for tests only")
