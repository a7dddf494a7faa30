// fence: orders memory accesses, of which this machine has only one order; changes nothing.
#include "test_macros.S"

    begin
    next_check
    la a1, table
    li a2, 0x12345678
    sw a2, 0(a1)
    fence
    fence rw, rw
    fence w, r
    .word 0x8330000f  // fence.tso
    lw a3, 0(a1)
    expect a3, 0x12345678
    pass

    .data
    .balign 4
table:
    .word 0
