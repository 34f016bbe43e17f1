# SPDX-License-Identifier: EUPL-1.2
trygg_test(test_chores_thread unit ROOMS chores base USES Threads::Threads)
trygg_test(test_chores_wakeups unit ROOMS chores base USES Threads::Threads)
