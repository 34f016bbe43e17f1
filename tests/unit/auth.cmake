# SPDX-License-Identifier: EUPL-1.2
# Tests of server/auth/. The forge makes honest and dishonest keys and tokens without the code under test.
add_library(auth_forge STATIC ${CMAKE_CURRENT_LIST_DIR}/auth_forge.c)
target_include_directories(auth_forge PUBLIC ${CMAKE_CURRENT_LIST_DIR})
target_link_libraries(auth_forge PRIVATE trygg_flags room_auth PUBLIC PkgConfig::OPENSSL PkgConfig::JANSSON)

foreach(topic keys algorithms header claims strength remembering)
  trygg_test(test_auth_${topic} unit ROOMS auth base USES auth_forge Threads::Threads)
endforeach()
trygg_test(test_auth_local_issuer unit ROOMS auth base USES auth_forge PkgConfig::JWT)
