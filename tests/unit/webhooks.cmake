# SPDX-License-Identifier: EUPL-1.2
trygg_test(test_domain_wakeup unit ROOMS domain activity proof storage crypto policy base USES Threads::Threads)
