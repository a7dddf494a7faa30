// lbu: load a byte, without sign.
#include "test_macros.S"

    begin
    load lbu, 0x000000ff, 0, table
    load lbu, 0x00000000, 1, table
    load lbu, 0x000000ff, 2, table
    load lbu, 0x00000000, 3, table
    load lbu, 0x00000000, 4, table
    load lbu, 0x000000ff, 5, table
    load lbu, 0x00000000, 6, table
    load lbu, 0x000000ff, 7, table
    load lbu, 0x000000f0, 8, table
    load lbu, 0x0000000f, 9, table
    load lbu, 0x000000f0, 10, table
    load lbu, 0x0000000f, 11, table
    load lbu, 0x0000000f, 12, table
    load lbu, 0x000000f0, 13, table
    load lbu, 0x0000000f, 14, table
    load lbu, 0x000000f0, 15, table
    load lbu, 0x000000ff, -16, table_end
    load lbu, 0x00000000, -15, table_end
    load lbu, 0x000000ff, -14, table_end
    load lbu, 0x00000000, -13, table_end
    load lbu, 0x00000000, -12, table_end
    load lbu, 0x000000ff, -11, table_end
    load lbu, 0x00000000, -10, table_end
    load lbu, 0x000000ff, -9, table_end
    load lbu, 0x000000f0, -8, table_end
    load lbu, 0x0000000f, -7, table_end
    load lbu, 0x000000f0, -6, table_end
    load lbu, 0x0000000f, -5, table_end
    load lbu, 0x0000000f, -4, table_end
    load lbu, 0x000000f0, -3, table_end
    load lbu, 0x0000000f, -2, table_end
    load lbu, 0x000000f0, -1, table_end
    load_far lbu, 0x00000000, 4
    load_x0 lbu
    pass

    .data
    .balign 4
table:
    .word 0x00ff00ff
    .word 0xff00ff00
    .word 0x0ff00ff0
    .word 0xf00ff00f
table_end:
