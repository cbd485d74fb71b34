# Finds the parts of VTK 9.1 that Limn draws with, and imports each as VTKParts::NAME. Debian's libvtk9-dev would bring a
# Java kit, Qt 5, GDAL and a database: the libraries come from libvtk9.1, the headers alone from libvtk9-dev, which
# packaging/setup.sh lays into build/vtk. Set VTK_HEADERS to a folder with vtkObject.h to use others.

find_path(VTKParts_INCLUDE_DIR vtkObject.h HINTS "${VTK_HEADERS}" "$ENV{VTK_HEADERS}"
  PATHS "${PROJECT_SOURCE_DIR}/build/vtk/usr/include/vtk-9.1" PATH_SUFFIXES vtk-9.1 vtk-9.2 vtk-9.3)
set(VTKParts_LIBRARIES)
foreach(_part ${VTKParts_FIND_COMPONENTS})
  find_library(VTKParts_${_part}_LIBRARY NAMES vtk${_part}-9.1 libvtk${_part}-9.1.so.1)
  list(APPEND VTKParts_LIBRARIES VTKParts_${_part}_LIBRARY)
endforeach()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(VTKParts REQUIRED_VARS VTKParts_INCLUDE_DIR ${VTKParts_LIBRARIES})

foreach(_part ${VTKParts_FIND_COMPONENTS})
  if(VTKParts_FOUND AND NOT TARGET VTKParts::${_part})
    add_library(VTKParts::${_part} INTERFACE IMPORTED)
    target_include_directories(VTKParts::${_part} SYSTEM INTERFACE "${VTKParts_INCLUDE_DIR}")
    target_link_libraries(VTKParts::${_part} INTERFACE "${VTKParts_${_part}_LIBRARY}")
  endif()
endforeach()
mark_as_advanced(VTKParts_INCLUDE_DIR)
