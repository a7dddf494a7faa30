// lw: load a word.
#include "test_macros.S"

    begin
    load lw, 0x00ff00ff, 0, table
    load lw, 0xff00ff00, 4, table
    load lw, 0x0ff00ff0, 8, table
    load lw, 0xf00ff00f, 12, table
    load lw, 0x00ff00ff, -16, table_end
    load lw, 0xff00ff00, -12, table_end
    load lw, 0x0ff00ff0, -8, table_end
    load lw, 0xf00ff00f, -4, table_end
    load_far lw, 0xff00ff00, 4
    load_x0 lw
    pass

    .data
    .balign 4
table:
    .word 0x00ff00ff
    .word 0xff00ff00
    .word 0x0ff00ff0
    .word 0xf00ff00f
table_end:
