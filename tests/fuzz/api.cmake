# SPDX-License-Identifier: EUPL-1.2
include(${CMAKE_CURRENT_LIST_DIR}/fuzz.cmake)
trygg_fuzz(fuzz_body ROOMS api call domain base USES PkgConfig::JANSSON)
trygg_fuzz(fuzz_seed ROOMS api domain policy base USES PkgConfig::JANSSON)

# The dictionaries of both are made of the words that they know.
if(TRYGG_FUZZ)
  foreach(pair fuzz_body:openapi.yaml fuzz_seed:scripts/demo/school.json)
    string(REPLACE ":" ";" pair ${pair})
    list(GET pair 0 target)
    list(GET pair 1 source)
    set(dictionary ${CMAKE_CURRENT_BINARY_DIR}/${target}.dict)
    add_custom_command(
      OUTPUT ${dictionary}
      COMMAND ${TRYGG_PYTHON} -B ${CMAKE_CURRENT_LIST_DIR}/dictionary.py ${CMAKE_SOURCE_DIR}/${source} ${dictionary}
      DEPENDS ${CMAKE_SOURCE_DIR}/${source} ${CMAKE_CURRENT_LIST_DIR}/dictionary.py
      COMMENT "Collecting the words of ${source} for ${target}" VERBATIM)
    add_custom_target(dictionary_of_${target} DEPENDS ${dictionary})
    add_dependencies(${target} dictionary_of_${target})
  endforeach()
endif()
