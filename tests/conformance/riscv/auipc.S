// auipc: add twenty high bits to the pc.
#include "test_macros.S"

    begin
    pc_plus 0x00000000, 0x0
    pc_plus 0x00001000, 0x1
    pc_plus 0xfffff000, 0xfffff
    pc_plus 0x7ffff000, 0x7ffff
    pc_plus 0x80000000, 0x80000
    pc_plus 0x12345000, 0x12345
    pass
