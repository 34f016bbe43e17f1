# SPDX-License-Identifier: EUPL-1.2
# What `cmake --install` lays down: both programs, their manuals, the unit and its user. Nothing is started, and no configuration is made.
include(GNUInstallDirs)

install(TARGETS tryggd trygg RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES ${CMAKE_SOURCE_DIR}/server/systemd/tryggd.service DESTINATION lib/systemd/system)
install(FILES ${CMAKE_SOURCE_DIR}/server/systemd/trygg.sysusers DESTINATION lib/sysusers.d RENAME trygg.conf)

# The verbs of trygg(1) are what the client says of itself.
set(TRYGG_MANUAL ${CMAKE_BINARY_DIR}/man/trygg.1)
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/man)
add_custom_command(
  OUTPUT ${TRYGG_MANUAL}
  COMMAND ${TRYGG_PYTHON} ${CMAKE_SOURCE_DIR}/docs/man/verbs.py $<TARGET_FILE:trygg> ${CMAKE_SOURCE_DIR}/docs/man/trygg.1.in ${TRYGG_MANUAL}
  DEPENDS trygg ${CMAKE_SOURCE_DIR}/docs/man/verbs.py ${CMAKE_SOURCE_DIR}/docs/man/trygg.1.in
  COMMENT "Generating trygg(1) from the client's tables" VERBATIM)
add_custom_target(manual ALL DEPENDS ${TRYGG_MANUAL})
install(FILES ${TRYGG_MANUAL} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES ${CMAKE_SOURCE_DIR}/docs/man/tryggd.8 DESTINATION ${CMAKE_INSTALL_MANDIR}/man8)
install(FILES ${CMAKE_SOURCE_DIR}/docs/man/tryggd.ini.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/man5)
