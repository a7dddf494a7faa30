// lhu: load two bytes, without sign.
#include "test_macros.S"

    begin
    load lhu, 0x000000ff, 0, table
    load lhu, 0x000000ff, 2, table
    load lhu, 0x0000ff00, 4, table
    load lhu, 0x0000ff00, 6, table
    load lhu, 0x00000ff0, 8, table
    load lhu, 0x00000ff0, 10, table
    load lhu, 0x0000f00f, 12, table
    load lhu, 0x0000f00f, 14, table
    load lhu, 0x000000ff, -16, table_end
    load lhu, 0x000000ff, -14, table_end
    load lhu, 0x0000ff00, -12, table_end
    load lhu, 0x0000ff00, -10, table_end
    load lhu, 0x00000ff0, -8, table_end
    load lhu, 0x00000ff0, -6, table_end
    load lhu, 0x0000f00f, -4, table_end
    load lhu, 0x0000f00f, -2, table_end
    load_far lhu, 0x0000ff00, 4
    load_x0 lhu
    pass

    .data
    .balign 4
table:
    .word 0x00ff00ff
    .word 0xff00ff00
    .word 0x0ff00ff0
    .word 0xf00ff00f
table_end:
