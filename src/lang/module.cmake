saola_library(NAME lang PATH src/lang EXCLUDE "/pdf_extract/" DEPS base crypto contracts platform
              LIBS PkgConfig::LIBZIP PkgConfig::PUGIXML TEST_LIBS PkgConfig::LIBZIP)

# poppler is GPL: a program of its own beside the binary, never linked into it (ADR 0004).
pkg_check_modules(POPPLER REQUIRED IMPORTED_TARGET poppler-cpp)
add_executable(saola-pdf ${CMAKE_SOURCE_DIR}/src/lang/pdf_extract/saola_pdf.cc)
target_link_libraries(saola-pdf PRIVATE PkgConfig::POPPLER saola_warnings)
if(TARGET saola_lang_test)
  add_dependencies(saola_lang_test saola-pdf)
  target_compile_definitions(saola_lang_test PRIVATE SAOLA_PDF_HELPER_PATH="$<TARGET_FILE:saola-pdf>")
endif()
if(SAOLA_SANITIZE)  # its address space is limited at run time, which the sanitizers cannot live with
  target_compile_options(saola-pdf PRIVATE -fno-sanitize=all)
  target_link_options(saola-pdf PRIVATE -fno-sanitize=all)
endif()
