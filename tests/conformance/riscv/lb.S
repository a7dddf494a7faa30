// lb: load a byte, with sign.
#include "test_macros.S"

    begin
    load lb, 0xffffffff, 0, table
    load lb, 0x00000000, 1, table
    load lb, 0xffffffff, 2, table
    load lb, 0x00000000, 3, table
    load lb, 0x00000000, 4, table
    load lb, 0xffffffff, 5, table
    load lb, 0x00000000, 6, table
    load lb, 0xffffffff, 7, table
    load lb, 0xfffffff0, 8, table
    load lb, 0x0000000f, 9, table
    load lb, 0xfffffff0, 10, table
    load lb, 0x0000000f, 11, table
    load lb, 0x0000000f, 12, table
    load lb, 0xfffffff0, 13, table
    load lb, 0x0000000f, 14, table
    load lb, 0xfffffff0, 15, table
    load lb, 0xffffffff, -16, table_end
    load lb, 0x00000000, -15, table_end
    load lb, 0xffffffff, -14, table_end
    load lb, 0x00000000, -13, table_end
    load lb, 0x00000000, -12, table_end
    load lb, 0xffffffff, -11, table_end
    load lb, 0x00000000, -10, table_end
    load lb, 0xffffffff, -9, table_end
    load lb, 0xfffffff0, -8, table_end
    load lb, 0x0000000f, -7, table_end
    load lb, 0xfffffff0, -6, table_end
    load lb, 0x0000000f, -5, table_end
    load lb, 0x0000000f, -4, table_end
    load lb, 0xfffffff0, -3, table_end
    load lb, 0x0000000f, -2, table_end
    load lb, 0xfffffff0, -1, table_end
    load_far lb, 0x00000000, 4
    load_x0 lb
    pass

    .data
    .balign 4
table:
    .word 0x00ff00ff
    .word 0xff00ff00
    .word 0x0ff00ff0
    .word 0xf00ff00f
table_end:
