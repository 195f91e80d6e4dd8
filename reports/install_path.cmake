# Does this Python look for modules below the prefix?  Then a .pth file there leads it to ours.
# In: python, modules, scratch.
execute_process(
  COMMAND ${python} -c "import re, sys
found = [p for p in sys.path if re.fullmatch(re.escape(sys.argv[1]) + r'/lib/python[0-9.]+/(dist|site)-packages', p)]
print(*found[:1], end='')" ${CMAKE_INSTALL_PREFIX}
  OUTPUT_VARIABLE packages)
if(packages)
  file(RELATIVE_PATH path ${packages} ${modules})
  file(WRITE ${scratch}/hupproof.pth "${path}\n")
  file(INSTALL ${scratch}/hupproof.pth DESTINATION ${packages})
else()
  message(STATUS "${python} looks for no modules below ${CMAKE_INSTALL_PREFIX}: to have pytest find "
                 "its plugin, PYTHONPATH=${modules}")
endif()
