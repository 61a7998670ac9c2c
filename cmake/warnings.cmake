# Warning flags of the house, for our own targets only. -Werror with -DSAOLA_WERROR=ON.
add_library(saola_warnings INTERFACE)
target_compile_options(saola_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wsign-conversion -Wconversion -Wold-style-cast -Wnon-virtual-dtor
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op -Wno-maybe-uninitialized>)
# g++ 12 reports maybe-uninitialized falsely inside std::variant and tl::expected at -O2.
if(SAOLA_WERROR)
  target_compile_options(saola_warnings INTERFACE -Werror)
endif()
