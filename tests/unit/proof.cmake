# SPDX-License-Identifier: EUPL-1.2
trygg_test(test_proof_tree unit ROOMS proof crypto base)
trygg_test(test_proof_every_size unit ROOMS proof crypto base)
trygg_test(test_proof_mutations unit ROOMS proof crypto base)
trygg_test(test_proof_leaf unit ROOMS proof crypto base)
trygg_test(test_proof_note unit ROOMS proof crypto base)
trygg_test(test_proof_checkpoint unit ROOMS proof crypto base)
trygg_test(test_proof_bundle unit ROOMS proof crypto base)
target_compile_definitions(test_proof_bundle PRIVATE LOG_EXAMPLE="${CMAKE_CURRENT_SOURCE_DIR}/unit/log_example.txt")
