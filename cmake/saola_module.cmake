# saola_library(NAME x PATH src/x [EXCLUDE regex] DEPS ... LIBS ...)
# Globs the folder (a new file needs no CMake edit) and makes
#   saola_<name>       static library, alias saola::<name>
#   saola_<name>_test  from tests/*_test.cc below the folder, registered with CTest
#   fuzz_<name>_<f>    from fuzz/<f>_fuzz.cc below the folder, when SAOLA_FUZZ is on
# Everything else below tests/, fuzz/ and bench/ belongs to those programs only.
# Layer rules (which folder may include which) are checked by cmake/check_layers.py.
# Targets that gather: saola_tests (all test programs), fuzz_targets (all fuzz programs).
add_custom_target(saola_tests)
add_custom_target(fuzz_targets)

function(saola_library)
  cmake_parse_arguments(A "" "NAME;PATH;EXCLUDE" "DEPS;LIBS;TEST_LIBS" ${ARGN})
  set(dir ${CMAKE_SOURCE_DIR}/${A_PATH})
  # Filtered by the path inside the folder: a checkout may itself lie below a folder named "bench".
  file(GLOB_RECURSE sources RELATIVE ${dir} CONFIGURE_DEPENDS ${dir}/*.cc)
  list(TRANSFORM sources PREPEND "/")
  if(A_EXCLUDE)  # a regular expression: programs of their own below the folder
    list(FILTER sources EXCLUDE REGEX "${A_EXCLUDE}")
  endif()
  set(lib_sources ${sources})
  list(FILTER lib_sources EXCLUDE REGEX "/(tests|fuzz|bench)/")
  list(TRANSFORM lib_sources PREPEND ${dir})
  set(target saola_${A_NAME})
  if(lib_sources)
    add_library(${target} STATIC ${lib_sources})
    set(scope PUBLIC)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(saola::${A_NAME} ALIAS ${target})
  target_include_directories(${target} ${scope} ${CMAKE_SOURCE_DIR}/src)
  set(deps)
  foreach(d IN LISTS A_DEPS)
    list(APPEND deps saola::${d})
  endforeach()
  target_link_libraries(${target} ${scope} ${deps})
  if(lib_sources)
    target_link_libraries(${target} PRIVATE ${A_LIBS} saola_warnings)
  endif()

  set(test_sources ${sources})
  list(FILTER test_sources INCLUDE REGEX "/tests/")
  list(TRANSFORM test_sources PREPEND ${dir})
  if(SAOLA_TESTS AND test_sources)
    add_executable(${target}_test ${test_sources})
    target_link_libraries(${target}_test PRIVATE ${target} saola_warnings GTest::gmock GTest::gtest_main
                                                 ${A_TEST_LIBS})
    target_compile_definitions(${target}_test PRIVATE SAOLA_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    add_dependencies(saola_tests ${target}_test)
    gtest_discover_tests(${target}_test DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
                         TEST_FILTER "-*/Postgres" PROPERTIES LABELS "unit;${A_NAME}")
    # Tests on PostgreSQL share one server, and some stop it: one process runs them one by one.
    add_test(NAME ${target}_on_postgres COMMAND ${target}_test "--gtest_filter=*/Postgres")
    set_tests_properties(${target}_on_postgres PROPERTIES LABELS "unit" TIMEOUT 300)
  endif()

  if(SAOLA_FUZZ)
    set(fuzz_sources ${sources})
    list(FILTER fuzz_sources INCLUDE REGEX "/fuzz/.*_fuzz\\.cc$")
    list(TRANSFORM fuzz_sources PREPEND ${dir})
    foreach(f IN LISTS fuzz_sources)
      get_filename_component(stem ${f} NAME_WE)
      string(REGEX REPLACE "_fuzz$" "" stem ${stem})
      add_executable(fuzz_${A_NAME}_${stem} ${f})
      target_link_libraries(fuzz_${A_NAME}_${stem} PRIVATE ${target} saola_warnings)
      target_link_options(fuzz_${A_NAME}_${stem} PRIVATE -fsanitize=fuzzer)
      add_dependencies(fuzz_targets fuzz_${A_NAME}_${stem})
    endforeach()
  endif()

  file(GLOB bench_sources CONFIGURE_DEPENDS ${dir}/bench/*_bench.cc)
  if(SAOLA_BENCH)
    foreach(f IN LISTS bench_sources)
      get_filename_component(stem ${f} NAME_WE)
      add_executable(${stem} ${f})
      target_link_libraries(${stem} PRIVATE ${target} saola_warnings)
    endforeach()
  endif()
endfunction()
