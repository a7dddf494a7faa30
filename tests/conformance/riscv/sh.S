// sh: store two bytes and leave their neighbours.
#include "test_macros.S"

    begin
    store sh, 0xaaaaaaaa, 0, table, 0x00ffaaaa, 0
    store sh, 0x00000000, 2, table, 0x0000aaaa, 0
    store sh, 0xffffffa0, 4, table, 0xff00ffa0, 4
    store sh, 0x12345678, 6, table, 0x5678ffa0, 4
    store sh, 0x0000000a, 8, table, 0x0ff0000a, 8
    store sh, 0x80000000, 10, table, 0x0000000a, 8
    store sh, 0xffffffff, 12, table, 0xf00fffff, 12
    store sh, 0x00ff7f80, 14, table, 0x7f80ffff, 12
    store sh, 0x00000000, -16, table_end, 0x00000000, -16
    store sh, 0x0000000a, -14, table_end, 0x000a0000, -16
    store sh, 0x00ff7f80, -12, table_end, 0x56787f80, -12
    store sh, 0xffffffa0, -10, table_end, 0xffa07f80, -12
    store sh, 0x80000000, -8, table_end, 0x00000000, -8
    store sh, 0xaaaaaaaa, -6, table_end, 0xaaaa0000, -8
    store sh, 0x12345678, -4, table_end, 0x7f805678, -4
    store sh, 0xffffffff, -2, table_end, 0xffff5678, -4
    pass

    .data
    .balign 4
table:
    .word 0x00ff00ff
    .word 0xff00ff00
    .word 0x0ff00ff0
    .word 0xf00ff00f
table_end:
