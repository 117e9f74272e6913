set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)

option(SMS_NOTIFIER_HARDENED "Hardening flags and link-time optimisation" OFF)
option(SMS_NOTIFIER_FUZZ "Build the libFuzzer targets" OFF)
set(SMS_NOTIFIER_SANITIZER "" CACHE STRING "address, undefined or thread")

find_program(CCACHE ccache)
if(CCACHE)
  # What one copy of the sources has compiled, another one takes over: tests/mutation/run need not begin from nothing.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=true ${CCACHE})
endif()

add_compile_options(-Wall -Wextra -Wno-missing-field-initializers -Wno-mismatched-new-delete -Wpedantic -Wshadow -Wnon-virtual-dtor -Wswitch-enum -Werror=switch -fno-omit-frame-pointer)
if(CMAKE_UNITY_BUILD)
  # Sources compiled together are included by one file, so GCC takes them for headers.
  add_compile_options($<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
endif()
find_program(MOLD mold)
if(MOLD AND NOT SMS_NOTIFIER_HARDENED)
  add_link_options(-fuse-ld=mold)
endif()

if(SMS_NOTIFIER_HARDENED)
  # The fortified C library, stack protection and read-only relocations cost nothing that can be measured here.
  add_compile_options(-D_FORTIFY_SOURCE=2 -D_GLIBCXX_ASSERTIONS -fstack-protector-strong -fstack-clash-protection
                      -fcf-protection -fPIE)
  add_link_options(-pie -Wl,-z,relro,-z,now,-z,noexecstack)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
  set(CMAKE_INTERPROCEDURAL_OPTIMIZATION ON)
  set(CMAKE_CXX_COMPILE_OPTIONS_IPO -flto=auto -fno-fat-lto-objects)  # on all cores
endif()

if(SMS_NOTIFIER_SANITIZER)
  add_compile_options(-fsanitize=${SMS_NOTIFIER_SANITIZER} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${SMS_NOTIFIER_SANITIZER})
  if(SMS_NOTIFIER_SANITIZER MATCHES "undefined")
    add_compile_options(-fno-sanitize=vptr)  # SOCI hides the type information that this check wants
  endif()
  if(SMS_NOTIFIER_SANITIZER STREQUAL "thread")
    add_compile_options(-Wno-tsan)  # Asio fences; the sanitizer does not model them
  endif()
endif()
if(SMS_NOTIFIER_FUZZ)
  # clang 14 cannot build coroutines with the function sanitizer; SOCI hides the type information that vptr wants.
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize=function,vptr -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
endif()
