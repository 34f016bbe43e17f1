# SPDX-License-Identifier: EUPL-1.2
# The configuration is no room of its own: its one file is compiled into its test.
trygg_test(test_config_read unit ROOMS base USES PkgConfig::INIH)
target_sources(test_config_read PRIVATE ${CMAKE_SOURCE_DIR}/server/config.c)
