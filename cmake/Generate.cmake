# SPDX-License-Identifier: EUPL-1.2
# What is generated at build time and never committed: statements.gen.[ch] from schema/, contract.gen.[ch] from openapi.yaml.
# Debian's python3 is named by its path: another python3 earlier on PATH may lack PyYAML.
find_program(TRYGG_PYTHON NAMES python3 PATHS /usr/bin NO_DEFAULT_PATH REQUIRED)

file(GLOB_RECURSE SCHEMA_FILES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/schema/*.sql ${CMAKE_SOURCE_DIR}/schema/tools/*.py)
add_custom_command(
  OUTPUT ${CMAKE_BINARY_DIR}/gen/statements.gen.h ${CMAKE_BINARY_DIR}/gen/statements.gen.c ${CMAKE_BINARY_DIR}/gen/engine.gen.h
  COMMAND ${TRYGG_PYTHON} ${CMAKE_SOURCE_DIR}/schema/tools/statements.py ${CMAKE_SOURCE_DIR}/schema ${CMAKE_BINARY_DIR}/gen
  DEPENDS ${SCHEMA_FILES}
  COMMENT "Generating statements from schema/" VERBATIM)
add_custom_target(generate_statements DEPENDS ${CMAKE_BINARY_DIR}/gen/statements.gen.h)

add_custom_command(
  OUTPUT ${CMAKE_BINARY_DIR}/gen/contract.gen.h ${CMAKE_BINARY_DIR}/gen/contract.gen.c
  COMMAND ${TRYGG_PYTHON} ${CMAKE_SOURCE_DIR}/api-spec/tools/contract.py ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR}/gen
  DEPENDS ${CMAKE_SOURCE_DIR}/openapi.yaml ${CMAKE_SOURCE_DIR}/api-spec/tools/contract.py
          ${CMAKE_SOURCE_DIR}/api-spec/problems/problems.yaml ${CMAKE_SOURCE_DIR}/api-spec/tools/narrow_profile.py
          ${CMAKE_SOURCE_DIR}/server/base/status.h ${CMAKE_SOURCE_DIR}/server/base/failure.h
  COMMENT "Generating the contract's tables from openapi.yaml" VERBATIM)
add_custom_target(generate_contract DEPENDS ${CMAKE_BINARY_DIR}/gen/contract.gen.h)
