# The one binary. Modules are compiled in by SAOLA_MODULES; src/main/modules.cc lists them once. The
# console's files (web/dist) are embedded; the binary builds without them too.
file(GLOB main_sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/main/*.cc)
file(GLOB_RECURSE console_inputs CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/web/dist/*)
set(console_source ${CMAKE_BINARY_DIR}/generated/console_files.cc)
# A file that went away changes no other file's time: the list itself is an input.
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/console_inputs.txt CONTENT "${console_inputs}\n")
add_custom_command(
  OUTPUT ${console_source}
  COMMAND /usr/bin/python3 ${CMAKE_SOURCE_DIR}/cmake/embed_console.py ${CMAKE_SOURCE_DIR}/web/dist ${console_source}
  DEPENDS ${CMAKE_SOURCE_DIR}/cmake/embed_console.py ${CMAKE_BINARY_DIR}/generated/console_inputs.txt ${console_inputs}
  COMMENT "Embedding the console" VERBATIM)
add_executable(saola ${main_sources} ${console_source})
target_link_libraries(saola PRIVATE saola::platform saola_warnings)
foreach(module IN LISTS SAOLA_MODULES)
  target_link_libraries(saola PRIVATE saola::${module})
  # A module whose entry point is not written yet is linked but not listed.
  if(EXISTS ${CMAKE_SOURCE_DIR}/src/${module}/module.h OR EXISTS ${CMAKE_SOURCE_DIR}/src/${module}/document/reader.h)
    string(TOUPPER ${module} upper)
    target_compile_definitions(saola PRIVATE SAOLA_MODULE_${upper})
  endif()
endforeach()
target_compile_definitions(saola PRIVATE SAOLA_VERSION="${PROJECT_VERSION}")

# Tests of the modules together: only main may see more than one.
if(SAOLA_TESTS AND "lang" IN_LIST SAOLA_MODULES AND "programme" IN_LIST SAOLA_MODULES)
  file(GLOB main_tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/main/tests/*_test.cc)
  add_executable(saola_main_test ${main_tests})
  target_link_libraries(saola_main_test PRIVATE saola::lang saola::programme saola_warnings GTest::gmock GTest::gtest_main)
  target_compile_definitions(saola_main_test PRIVATE SAOLA_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  add_dependencies(saola_tests saola_main_test)
  gtest_discover_tests(saola_main_test DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 PROPERTIES LABELS "unit;main")
endif()
