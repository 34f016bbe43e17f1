# SPDX-License-Identifier: EUPL-1.2
# trygg_fuzz(NAME ROOMS room... USES library...): the fuzz target tests/fuzz/NAME.c, and a test that replays its corpus.
# The corpus of fuzz_THING is tests/fuzz/corpus/THING. With TRYGG_FUZZ the program is libFuzzer's (`./fuzz_THING corpus-to-grow`);
# without, replay_main.c feeds it the files. A dictionary, if there is one, lies beside the program as NAME.dict: tests/fuzz/THING.dict
# as it is, or made by a target of its own. The target `fuzzers` is all of them. A list that includes this file first may come before or after it.
include_guard(GLOBAL)
add_custom_target(fuzzers)

function(trygg_fuzz name)
  cmake_parse_arguments(FUZZ "" "" "ROOMS;USES" ${ARGN})
  set(here ${CMAKE_CURRENT_FUNCTION_LIST_DIR})
  string(REGEX REPLACE "^fuzz_" "" thing ${name})
  set(corpus ${here}/corpus/${thing})
  list(TRANSFORM FUZZ_ROOMS PREPEND room_)
  add_executable(${name} ${here}/${name}.c)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/server ${CMAKE_BINARY_DIR}/gen)
  target_link_libraries(${name} PRIVATE trygg_flags ${FUZZ_ROOMS} ${FUZZ_USES})
  add_dependencies(fuzzers ${name})
  if(TRYGG_FUZZ)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    add_test(NAME ${name} COMMAND ${name} -runs=0 ${corpus})
    if(EXISTS ${here}/${thing}.dict)
      configure_file(${here}/${thing}.dict ${CMAKE_CURRENT_BINARY_DIR}/${name}.dict COPYONLY)
    endif()
  else()
    target_sources(${name} PRIVATE ${here}/replay_main.c)
    add_test(NAME ${name} COMMAND ${name} ${corpus})
  endif()
endfunction()
