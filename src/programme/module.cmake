saola_library(NAME programme PATH src/programme DEPS base crypto store net contracts platform)
# The data set inside the binary (data_embed.cc): rebuilt when a file of it changes.
file(GLOB programme_data CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/data/programme/*.json)
set_source_files_properties(${CMAKE_SOURCE_DIR}/src/programme/data_embed.cc PROPERTIES
  COMPILE_DEFINITIONS "SAOLA_PROGRAMME_DATA=\"${CMAKE_SOURCE_DIR}/data/programme\""
  OBJECT_DEPENDS "${programme_data}")
