# SPDX-License-Identifier: EUPL-1.2
# trygg_room(NAME ROOMS room... USES library... GENERATED set...): a static library room_NAME of server/NAME/**.c, linked PRIVATE to
# the rooms it may call and the libraries that are its own.
function(trygg_room name)
  cmake_parse_arguments(ROOM "" "" "ROOMS;USES;GENERATED" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/server/${name}/*.c)
  set(generated)
  foreach(set IN LISTS ROOM_GENERATED)
    list(APPEND generated ${CMAKE_BINARY_DIR}/gen/${set}.gen.c)
  endforeach()
  if(NOT sources AND NOT generated)
    add_library(room_${name} INTERFACE)
    return()
  endif()
  add_library(room_${name} STATIC ${sources} ${generated})
  target_include_directories(room_${name} PUBLIC ${CMAKE_SOURCE_DIR}/server ${CMAKE_BINARY_DIR}/gen)
  list(TRANSFORM ROOM_ROOMS PREPEND room_)
  target_link_libraries(room_${name} PRIVATE trygg_flags ${ROOM_ROOMS} ${ROOM_USES})
  # Whoever includes a generated header waits for the generators.
  add_dependencies(room_${name} generate_statements generate_contract)
endfunction()
