# SPDX-License-Identifier: EUPL-1.2
set(HOUSE_ROOMS call domain activity proof storage crypto policy base)
foreach(name test_activity_append test_activity_tree test_domain_vault test_domain_page_token test_call_read test_call_write test_call_chores test_call_documents
        test_domain_code test_domain_listing test_domain_late test_call_batch test_call_logs test_call_remembered)
  trygg_test(${name} unit ROOMS ${HOUSE_ROOMS} USES PkgConfig::SQLITE Threads::Threads)
  target_sources(${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/unit/small_house.c)
endforeach()
foreach(name test_call_read test_call_write)
  target_sources(${name} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR}/unit/shifted_clock.c)
endforeach()
