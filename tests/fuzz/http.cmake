# SPDX-License-Identifier: EUPL-1.2
# Fuzz target of everything in server/http/ that reads text before a caller is known.
include(${CMAKE_CURRENT_LIST_DIR}/fuzz.cmake)
trygg_fuzz(fuzz_router ROOMS http base USES PkgConfig::JANSSON)
