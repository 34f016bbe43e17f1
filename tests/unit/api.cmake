# SPDX-License-Identifier: EUPL-1.2
trygg_test(test_api_check unit ROOMS api base USES PkgConfig::JANSSON)
trygg_test(test_api_disposition unit ROOMS api base)
trygg_test(test_api_contract unit ROOMS api call domain base USES PkgConfig::JANSSON)
trygg_script(test_api_tools COMMAND ${TRYGG_PYTHON} -B ${CMAKE_CURRENT_SOURCE_DIR}/unit/test_api_tools.py)
trygg_script(test_check_rooms COMMAND ${TRYGG_PYTHON} -B -m pytest -q -p no:cacheprovider ${CMAKE_CURRENT_SOURCE_DIR}/unit/test_check_rooms.py)
trygg_script(contract_is_current COMMAND ${TRYGG_PYTHON} -B ${CMAKE_SOURCE_DIR}/api-spec/tools/bundle.py --check ${CMAKE_SOURCE_DIR})
trygg_script(contract_keeps_the_profile COMMAND ${TRYGG_PYTHON} -B ${CMAKE_SOURCE_DIR}/api-spec/tools/lint.py)
