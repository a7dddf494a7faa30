#include "tools/nexus/cli.hpp"

int main(int argc, char** argv) { return nexus::tools::run_cli(argc, argv); }
