# SPDX-License-Identifier: EUPL-1.2
# What tests/bench/run measures with. None of it is built by default, none of it is ever installed.

# A plain ulfius user's endpoint: the yardstick.
add_executable(bench_bare EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/bare.c)
target_link_libraries(bench_bare PRIVATE trygg_flags PkgConfig::ULFIUS)

# The daemon's own objects, with the door to the writer taken away at link time: no product code carries a switch.
add_executable(tryggd-unlogged EXCLUDE_FROM_ALL $<TARGET_OBJECTS:tryggd> ${CMAKE_CURRENT_LIST_DIR}/unlogged.c)
target_include_directories(tryggd-unlogged PRIVATE ${CMAKE_SOURCE_DIR}/server)
target_link_libraries(tryggd-unlogged PRIVATE $<TARGET_PROPERTY:tryggd,LINK_LIBRARIES>)
target_link_options(tryggd-unlogged PRIVATE -Wl,--wrap=store_write -Wl,--wrap=call_write -Wl,--wrap=call_batch -Wl,--wrap=call_look_up)

# The same with a log that is no tree.
add_executable(tryggd-unproven EXCLUDE_FROM_ALL $<TARGET_OBJECTS:tryggd> ${CMAKE_CURRENT_LIST_DIR}/unproven.c)
target_include_directories(tryggd-unproven PRIVATE ${CMAKE_SOURCE_DIR}/server)
target_link_libraries(tryggd-unproven PRIVATE $<TARGET_PROPERTY:tryggd,LINK_LIBRARIES>)
target_link_options(tryggd-unproven PRIVATE -Wl,--wrap=leaf_hash -Wl,--wrap=frontier_bytes -Wl,--wrap=frontier_load -Wl,--wrap=frontier_append)

add_custom_target(bench DEPENDS tryggd bench_bare tryggd-unlogged tryggd-unproven)

# Fills the stores of --large and --cases through the rooms' own doors.
add_executable(bench_fill EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/fill.c)
target_include_directories(bench_fill PRIVATE ${CMAKE_SOURCE_DIR}/server ${CMAKE_BINARY_DIR}/gen)
target_link_libraries(bench_fill PRIVATE trygg_flags room_call room_domain room_media room_activity room_storage room_crypto room_policy
  room_base Threads::Threads)
add_custom_target(bench-large DEPENDS bench bench_fill)

set_target_properties(bench_bare tryggd-unlogged tryggd-unproven bench_fill PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
