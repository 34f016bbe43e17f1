# SPDX-License-Identifier: EUPL-1.2
trygg_test(test_media_judge unit ROOMS media api base USES PkgConfig::JANSSON Threads::Threads)
