# cmake -DOUTPUT=<file.cpp> -DFOLDER=<scenarios/data> -P embed_matrices.cmake
# Writes the latency matrices as strings, one literal a line of the file.
file(WRITE ${OUTPUT} "#include \"sim/env/measured_matrices.hpp\"\n\nnamespace nexus::sim {\n")
foreach(name aws cities)
  file(STRINGS ${FOLDER}/wan-rtt-${name}.csv lines ENCODING UTF-8)
  set(code "static const std::string_view k_${name} =\n")
  foreach(line IN LISTS lines)
    string(APPEND code "R\"csv(${line}\n)csv\"\n")
  endforeach()
  file(APPEND ${OUTPUT} "${code};\n")
endforeach()
file(APPEND ${OUTPUT} "
std::optional<std::string_view> measured_matrix(std::string_view name) {
    if (name == \"aws\") {
        return k_aws;
    }
    return name == \"cities\" ? std::optional(k_cities) : std::nullopt;
}

}  // namespace nexus::sim
")
