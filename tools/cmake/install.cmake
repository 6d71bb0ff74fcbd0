# What `cmake --install` puts where. Everything may be moved afterwards: no file knows its prefix.
include(CMakePackageConfigHelpers)
set(CMAKE_DIR ${CMAKE_INSTALL_LIBDIR}/cmake/cryptomap)
set(PC_DIR ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

# Each library is an export set of its own, because each needs other things of its user.
function(install_library target set name)
  if(NOT TARGET ${target})
    return()
  endif()
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  install(TARGETS ${target} EXPORT ${set} DESTINATION ${CMAKE_INSTALL_LIBDIR})
  install(EXPORT ${set} NAMESPACE cryptomap:: DESTINATION ${CMAKE_DIR})
endfunction()
install_library(cryptomap cryptomapTargets cryptomap)
install_library(cryptomap_static cryptomapStaticTargets cryptomap_static)
install_library(cryptomap_ike cryptomapIkeTargets ike)
install_library(cryptomap_ike_static cryptomapIkeStaticTargets ike_static)

install(DIRECTORY include/cryptomap DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
  FILES_MATCHING PATTERN *.h PATTERN *.schema.json)

configure_package_config_file(tools/cmake/cryptomapConfig.cmake.in
  ${CMAKE_BINARY_DIR}/cryptomapConfig.cmake INSTALL_DESTINATION ${CMAKE_DIR})
write_basic_package_version_file(${CMAKE_BINARY_DIR}/cryptomapConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_BINARY_DIR}/cryptomapConfig.cmake
  ${CMAKE_BINARY_DIR}/cryptomapConfigVersion.cmake DESTINATION ${CMAKE_DIR})

file(RELATIVE_PATH PREFIX_FROM_PC /${PC_DIR} /)
string(REGEX REPLACE "/$" "" PREFIX_FROM_PC ${PREFIX_FROM_PC})
foreach(pc cryptomap cryptomap-ike)
  configure_file(tools/cmake/${pc}.pc.in ${CMAKE_BINARY_DIR}/${pc}.pc @ONLY)
  if(pc STREQUAL cryptomap OR TARGET cryptomap_ike)
    install(FILES ${CMAKE_BINARY_DIR}/${pc}.pc DESTINATION ${PC_DIR})
  endif()
endforeach()

if(TARGET cryptomap_cli)
  install(TARGETS cryptomap_cli DESTINATION ${CMAKE_INSTALL_BINDIR})
  install(FILES tools/cryptomap.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES tools/completions/cryptomap.bash RENAME cryptomap
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES tools/completions/cryptomap.zsh RENAME _cryptomap
    DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
endif()
