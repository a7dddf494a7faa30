// sb: store a byte and leave its neighbours.
#include "test_macros.S"

    begin
    store sb, 0xaaaaaaaa, 0, table, 0x00ff00aa, 0
    store sb, 0x00000000, 1, table, 0x00ff00aa, 0
    store sb, 0xffffffa0, 2, table, 0x00a000aa, 0
    store sb, 0x12345678, 3, table, 0x78a000aa, 0
    store sb, 0x0000000a, 4, table, 0xff00ff0a, 4
    store sb, 0x80000000, 5, table, 0xff00000a, 4
    store sb, 0xffffffff, 6, table, 0xffff000a, 4
    store sb, 0x00ff7f80, 7, table, 0x80ff000a, 4
    store sb, 0xaaaaaaaa, 8, table, 0x0ff00faa, 8
    store sb, 0x00000000, 9, table, 0x0ff000aa, 8
    store sb, 0xffffffa0, 10, table, 0x0fa000aa, 8
    store sb, 0x12345678, 11, table, 0x78a000aa, 8
    store sb, 0x0000000a, 12, table, 0xf00ff00a, 12
    store sb, 0x80000000, 13, table, 0xf00f000a, 12
    store sb, 0xffffffff, 14, table, 0xf0ff000a, 12
    store sb, 0x00ff7f80, 15, table, 0x80ff000a, 12
    store sb, 0x00000000, -16, table_end, 0x78a00000, -16
    store sb, 0x0000000a, -15, table_end, 0x78a00a00, -16
    store sb, 0x00ff7f80, -14, table_end, 0x78800a00, -16
    store sb, 0xffffffa0, -13, table_end, 0xa0800a00, -16
    store sb, 0x80000000, -12, table_end, 0x80ff0000, -12
    store sb, 0xaaaaaaaa, -11, table_end, 0x80ffaa00, -12
    store sb, 0x12345678, -10, table_end, 0x8078aa00, -12
    store sb, 0xffffffff, -9, table_end, 0xff78aa00, -12
    store sb, 0x00000000, -8, table_end, 0x78a00000, -8
    store sb, 0x0000000a, -7, table_end, 0x78a00a00, -8
    store sb, 0x00ff7f80, -6, table_end, 0x78800a00, -8
    store sb, 0xffffffa0, -5, table_end, 0xa0800a00, -8
    store sb, 0x80000000, -4, table_end, 0x80ff0000, -4
    store sb, 0xaaaaaaaa, -3, table_end, 0x80ffaa00, -4
    store sb, 0x12345678, -2, table_end, 0x8078aa00, -4
    store sb, 0xffffffff, -1, table_end, 0xff78aa00, -4
    pass

    .data
    .balign 4
table:
    .word 0x00ff00ff
    .word 0xff00ff00
    .word 0x0ff00ff0
    .word 0xf00ff00f
table_end:
