# SPDX-License-Identifier: EUPL-1.2
# The configuration is no room of its own: its files are compiled into its tests.
foreach(test test_config_read test_config_print test_config_keys)
  trygg_test(${test} unit ROOMS http outbound proof crypto base USES PkgConfig::INIH)
  target_sources(${test} PRIVATE unit/config_scratch.c ${CMAKE_SOURCE_DIR}/server/config.c
    ${CMAKE_SOURCE_DIR}/server/config_path.c ${CMAKE_SOURCE_DIR}/server/config_place.c ${CMAKE_SOURCE_DIR}/server/config_print.c
    ${CMAKE_SOURCE_DIR}/server/config_settings.c ${CMAKE_SOURCE_DIR}/server/config_shapes.c)
endforeach()

# Nor are the free and the malloc of the process.
trygg_test(test_wiped_free unit ROOMS base)
target_sources(test_wiped_free PRIVATE ${CMAKE_SOURCE_DIR}/server/wiped_free.c)
trygg_test(test_patient_heap unit ROOMS base)
target_sources(test_patient_heap PRIVATE ${CMAKE_SOURCE_DIR}/server/patient_heap.c ${CMAKE_SOURCE_DIR}/server/wiped_free.c)
