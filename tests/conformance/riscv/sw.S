// sw: store a word.
#include "test_macros.S"

    begin
    store sw, 0xaaaaaaaa, 0, table, 0xaaaaaaaa, 0
    store sw, 0x00000000, 4, table, 0x00000000, 4
    store sw, 0xffffffa0, 8, table, 0xffffffa0, 8
    store sw, 0x12345678, 12, table, 0x12345678, 12
    store sw, 0x80000000, -16, table_end, 0x80000000, -16
    store sw, 0xaaaaaaaa, -12, table_end, 0xaaaaaaaa, -12
    store sw, 0x12345678, -8, table_end, 0x12345678, -8
    store sw, 0xffffffff, -4, table_end, 0xffffffff, -4
    pass

    .data
    .balign 4
table:
    .word 0x00ff00ff
    .word 0xff00ff00
    .word 0x0ff00ff0
    .word 0xf00ff00f
table_end:
