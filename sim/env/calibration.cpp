#include "sim/env/calibration.hpp"

#include "actors/roles/ports.hpp"

namespace nexus::sim {

Calibration Calibration::reference() {
    using actors::Work;
    Calibration table;
    table.name = "reference";
    table.set(Work::VerifySignature, 55'000'000, true);
    table.set(Work::Sign, 20'000'000);
    table.set(Work::ExecuteTransaction, 3'000'000);
    table.set(Work::HashByte, 600);
    table.set(Work::ServeProof, 10'000'000);
    table.set(Work::StoreBlock, 300'000'000);
    table.packet_picoseconds = 1'500'000;
    table.packet_byte_picoseconds = 200;
    table.event_picoseconds = 500'000;
    return table;
}

}  // namespace nexus::sim
