# SPDX-License-Identifier: EUPL-1.2
trygg_test(test_outbound_target unit ROOMS outbound base)
trygg_test(test_outbound_send unit ROOMS outbound base USES Threads::Threads)
