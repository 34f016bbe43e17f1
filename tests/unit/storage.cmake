# SPDX-License-Identifier: EUPL-1.2
# Tests of server/storage/. The probe makes stores in temporary directories and speaks in statements of its own.
add_library(storage_probe STATIC ${CMAKE_CURRENT_LIST_DIR}/storage_probe.c)
target_include_directories(storage_probe PUBLIC ${CMAKE_CURRENT_LIST_DIR} ${CMAKE_SOURCE_DIR}/server)
target_link_libraries(storage_probe PRIVATE trygg_flags room_storage room_base PkgConfig::CMOCKA)

foreach(topic store guard batch writer reader values keystore figures log_file each memory migrate)
  trygg_test(test_storage_${topic} unit ROOMS storage base USES storage_probe PkgConfig::SQLITE Threads::Threads)
endforeach()
trygg_script(statement_generator
             COMMAND ${TRYGG_PYTHON} -B -m pytest -q -p no:cacheprovider ${CMAKE_CURRENT_SOURCE_DIR}/unit/test_statement_generator.py)
