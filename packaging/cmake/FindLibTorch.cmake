# Finds LibTorch in a PyPI wheel or a LibTorch archive and imports it as LibTorch::LibTorch.
# Set LIBTORCH_ROOT (variable or environment) to the folder that holds include/ and lib/; the private environment
# made by packaging/setup.sh is looked at by default. CUDA builds need no CUDA toolkit.

file(GLOB _libtorch_venv "${PROJECT_SOURCE_DIR}/build/venv/lib/python3*/site-packages/torch")
set(LIBTORCH_ROOT "$ENV{LIBTORCH_ROOT}" CACHE PATH "Folder of LibTorch (the wheel's torch folder)")
find_path(LibTorch_INCLUDE_DIR ATen/ATen.h HINTS "${LIBTORCH_ROOT}/include" PATHS ${_libtorch_venv} PATH_SUFFIXES include NO_CMAKE_FIND_ROOT_PATH)
if(LibTorch_INCLUDE_DIR)
  get_filename_component(LibTorch_ROOT_DIR "${LibTorch_INCLUDE_DIR}" DIRECTORY)
endif()
foreach(_part torch torch_cpu c10)
  find_library(LibTorch_${_part}_LIBRARY ${_part} PATHS "${LibTorch_ROOT_DIR}/lib" NO_DEFAULT_PATH)
endforeach()
foreach(_part torch_cuda c10_cuda)
  find_library(LibTorch_${_part}_LIBRARY ${_part} PATHS "${LibTorch_ROOT_DIR}/lib" NO_DEFAULT_PATH)
endforeach()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch REQUIRED_VARS
  LibTorch_INCLUDE_DIR LibTorch_torch_LIBRARY LibTorch_torch_cpu_LIBRARY LibTorch_c10_LIBRARY)

if(LibTorch_FOUND AND NOT TARGET LibTorch::LibTorch)
  add_library(LibTorch::LibTorch INTERFACE IMPORTED)
  target_include_directories(LibTorch::LibTorch SYSTEM INTERFACE
    "${LibTorch_INCLUDE_DIR}" "${LibTorch_INCLUDE_DIR}/torch/csrc/api/include")
  target_link_libraries(LibTorch::LibTorch INTERFACE
    "${LibTorch_torch_LIBRARY}" "${LibTorch_torch_cpu_LIBRARY}" "${LibTorch_c10_LIBRARY}")
  if(LibTorch_torch_cuda_LIBRARY)
    # Nothing of ours names a symbol of the CUDA parts: they register themselves when they are loaded.
    target_link_libraries(LibTorch::LibTorch INTERFACE
      "-Wl,--no-as-needed" "${LibTorch_torch_cuda_LIBRARY}" "${LibTorch_c10_cuda_LIBRARY}" "-Wl,--as-needed")
  endif()
endif()
mark_as_advanced(LibTorch_INCLUDE_DIR LibTorch_torch_LIBRARY LibTorch_torch_cpu_LIBRARY LibTorch_c10_LIBRARY
  LibTorch_torch_cuda_LIBRARY LibTorch_c10_cuda_LIBRARY)
