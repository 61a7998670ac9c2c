saola_library(NAME programme PATH src/programme DEPS base crypto store net contracts platform)
