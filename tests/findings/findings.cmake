# The quality rules on documents read by the real reader: modules may not include each other, so this
# test lives above both.
if(SAOLA_TESTS AND TARGET saola_lang AND TARGET saola_programme)
  add_executable(saola_findings_reader_test
    ${CMAKE_SOURCE_DIR}/tests/findings/reader_test.cc
    ${CMAKE_SOURCE_DIR}/src/programme/findings/tests/model.cc
    ${CMAKE_SOURCE_DIR}/src/programme/findings/tests/mutations.cc)
  target_link_libraries(saola_findings_reader_test PRIVATE saola::lang saola::programme saola_warnings ICU::uc GTest::gmock GTest::gtest_main)
  add_dependencies(saola_tests saola_findings_reader_test)
  gtest_discover_tests(saola_findings_reader_test DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 PROPERTIES LABELS "unit;programme")
endif()
