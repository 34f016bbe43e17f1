# SPDX-License-Identifier: EUPL-1.2
include(${CMAKE_CURRENT_LIST_DIR}/fuzz.cmake)
trygg_fuzz(fuzz_envelope ROOMS crypto base)
