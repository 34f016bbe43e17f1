# SPDX-License-Identifier: EUPL-1.2
# What the store does when the medium fails: a shim below SQLite injects the faults.
add_library(fault_vfs STATIC ${CMAKE_CURRENT_LIST_DIR}/fault_vfs.c)
target_include_directories(fault_vfs PUBLIC ${CMAKE_CURRENT_LIST_DIR} PRIVATE ${CMAKE_CURRENT_LIST_DIR}/../unit)
target_link_libraries(fault_vfs PRIVATE trygg_flags PkgConfig::SQLITE Threads::Threads)

trygg_test(test_faults_store faults ROOMS storage base USES storage_probe fault_vfs Threads::Threads)
trygg_test(test_faults_copier faults ROOMS storage base USES storage_probe fault_vfs PkgConfig::SQLITE Threads::Threads)
trygg_test(test_faults_keystore faults ROOMS storage base USES storage_probe fault_vfs Threads::Threads)

# For tests/api/test_medium.py.
add_library(fault_preload MODULE ${CMAKE_CURRENT_LIST_DIR}/preload.c)
target_link_libraries(fault_preload PRIVATE trygg_flags)

# For tests/api/test_cli_memory.py.
add_library(freed_preload MODULE ${CMAKE_CURRENT_LIST_DIR}/freed.c)
target_link_libraries(freed_preload PRIVATE trygg_flags)

# For tests/api/test_sweep.py, tests/api/test_sweep_cases.py and tests/api/test_sweep_memory.py.
foreach(shim sweep starve)
  add_library(${shim}_preload MODULE ${CMAKE_CURRENT_LIST_DIR}/${shim}.c)
  target_link_libraries(${shim}_preload PRIVATE trygg_flags)
endforeach()
