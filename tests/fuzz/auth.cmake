# SPDX-License-Identifier: EUPL-1.2
include(${CMAKE_CURRENT_LIST_DIR}/fuzz.cmake)
trygg_fuzz(fuzz_token ROOMS auth base USES PkgConfig::OPENSSL)
trygg_fuzz(fuzz_jwks ROOMS auth base USES PkgConfig::OPENSSL PkgConfig::JANSSON)
