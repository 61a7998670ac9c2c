saola_library(NAME lang PATH src/lang DEPS base crypto contracts platform LIBS PkgConfig::LIBZIP PkgConfig::PUGIXML)
