# SPDX-License-Identifier: EUPL-1.2
# Warnings, hardening and sanitizers, once for everything.
# Assertions stay on in every build: what cannot happen must not go on happening.
set(CMAKE_C_FLAGS_RELEASE "-O2 -g")
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g")
add_library(trygg_flags INTERFACE)
target_compile_options(trygg_flags INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2 -Wundef -fno-common
  $<$<BOOL:${TRYGG_WERROR}>:-Werror>)
target_compile_definitions(trygg_flags INTERFACE _GNU_SOURCE)

if(TRYGG_SANITIZE)
  target_compile_options(trygg_flags INTERFACE -fsanitize=${TRYGG_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(trygg_flags INTERFACE -fsanitize=${TRYGG_SANITIZE})
endif()
if(TRYGG_COVERAGE)
  target_compile_options(trygg_flags INTERFACE --coverage -fprofile-update=atomic) # threads count, too
  target_link_options(trygg_flags INTERFACE --coverage)
endif()
if(TRYGG_FUZZ)
  target_compile_options(trygg_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT TRYGG_SANITIZE)
  target_compile_options(trygg_flags INTERFACE -fstack-protector-strong -fstack-clash-protection -fcf-protection -D_FORTIFY_SOURCE=2 -fPIE)
  target_link_options(trygg_flags INTERFACE -pie -Wl,-z,relro,-z,now,-z,noexecstack)
endif()
