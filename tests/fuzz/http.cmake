# SPDX-License-Identifier: EUPL-1.2
# Fuzz target of everything in server/http/ that reads text before a caller is known.
if(TRYGG_FUZZ)
  add_executable(fuzz_router ${CMAKE_CURRENT_LIST_DIR}/fuzz_router.c)
  target_include_directories(fuzz_router PRIVATE ${CMAKE_SOURCE_DIR}/server)
  target_link_options(fuzz_router PRIVATE -fsanitize=fuzzer)
  target_link_libraries(fuzz_router PRIVATE trygg_flags room_http room_base)
  add_test(NAME fuzz_router COMMAND fuzz_router -runs=20000 -max_len=4096 ${CMAKE_CURRENT_BINARY_DIR}/fuzz_router_found
           ${CMAKE_CURRENT_LIST_DIR}/corpus/router)
  file(MAKE_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/fuzz_router_found)
endif()
