# Makes llama.cpp's build shorter without touching its files: what runs once or never is optimised less, and headers that
# dozens of files parse are parsed once. The arithmetic (ggml) and the sampling stay at -O3. The recipe's only knob:
# every line here was kept because it saved time (docs/decisions/0003-local-model-server.md).
cmake_minimum_required(VERSION 3.24)

function(sandglass_trim)
  set(top ${CMAKE_SOURCE_DIR})

  # Multimodal input is linked in by the server but never used here.
  target_compile_options(mtmd PRIVATE -O0)
  set_target_properties(mtmd PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 16)
  set_source_files_properties(
    ${top}/tools/mtmd/mtmd-helper.cpp ${top}/tools/mtmd/mtmd-helper-gen.cpp
    TARGET_DIRECTORY mtmd PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)

  # HTTP: thirty small events a second.
  target_compile_options(cpp-httplib PRIVATE -O1)
  target_compile_options(llama-server-impl PRIVATE -O0)
  target_compile_options(server-context PRIVATE -O1)
  target_compile_options(llama-common PRIVATE -O1)
  foreach(target llama-common server-context llama-server-impl)
    target_precompile_headers(${target} PRIVATE
      <algorithm> <chrono> <filesystem> <fstream> <functional> <map> <memory> <mutex> <regex> <set> <sstream> <string>
      <thread> <unordered_map> <vector> ${top}/vendor/nlohmann/json.hpp)
  endforeach()
  set_source_files_properties(${top}/common/arg.cpp ${top}/common/download.cpp ${top}/common/preset.cpp
    TARGET_DIRECTORY llama-common PROPERTIES COMPILE_OPTIONS -O0 SKIP_PRECOMPILE_HEADERS ON)

  # The library around the arithmetic: it builds graphs and loads files.
  target_compile_options(llama PRIVATE -O1)
  target_precompile_headers(llama PRIVATE
    <algorithm> <cmath> <functional> <map> <memory> <regex> <set> <sstream> <string> <unordered_map> <vector>)
  set_source_files_properties(${top}/src/llama-sampler.cpp ${top}/src/llama-vocab.cpp
    TARGET_DIRECTORY llama PROPERTIES COMPILE_OPTIONS -O3 SKIP_PRECOMPILE_HEADERS ON)
  set_source_files_properties(
    ${top}/ggml/src/ggml-backend-meta.cpp ${top}/ggml/src/ggml-opt.cpp ${top}/ggml/src/gguf.cpp
    TARGET_DIRECTORY ggml-base PROPERTIES COMPILE_OPTIONS -O1)
endfunction()

# After the last target exists.
cmake_language(DEFER DIRECTORY ${CMAKE_SOURCE_DIR} CALL sandglass_trim)
