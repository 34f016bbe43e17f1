# SPDX-License-Identifier: EUPL-1.2
include(${CMAKE_CURRENT_LIST_DIR}/fuzz.cmake)
trygg_fuzz(fuzz_proof_tree ROOMS proof crypto base)
trygg_fuzz(fuzz_proof_bundle ROOMS proof crypto base)
