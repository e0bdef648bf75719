# Turns files into a C++ source that defines each as bytes:
#   cmake -DOUTPUT=page_files.cpp -DHEADER=cli/page_files.hpp "-DFILES=name=path;name=path" -P embed.cmake
set(arrays "")
set(views "")
foreach(pair IN LISTS FILES)
    string(REGEX MATCH "^([a-z_]+)=(.+)$" found "${pair}")
    set(name ${CMAKE_MATCH_1})
    file(READ "${CMAKE_MATCH_2}" hex HEX)
    # Single characters: the length of an array, other than that of a string, is limited by no compiler.
    string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${hex}")
    string(APPEND arrays "constexpr char bytes_of_${name}[] = {${bytes}};\n")
    string(APPEND views "std::string_view const page_${name}{bytes_of_${name}, sizeof bytes_of_${name}};\n")
endforeach()
file(WRITE "${OUTPUT}"
    "#include \"${HEADER}\"\n\nnamespace poolwright::cli {\nnamespace {\n\n${arrays}\n}  // namespace\n\n"
    "${views}\n}  // namespace poolwright::cli\n")
