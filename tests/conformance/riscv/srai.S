// srai: shift right by the low five bits, copies of the sign come in, with an immediate.
#include "test_macros.S"

    begin
    ri srai, 0x00000001, 0x00000001, 0
    ri srai, 0x00000000, 0x00000001, 1
    ri srai, 0x00000000, 0x00000001, 7
    ri srai, 0x00000000, 0x00000001, 14
    ri srai, 0x00000000, 0x00000001, 31
    ri srai, 0xffffffff, 0xffffffff, 0
    ri srai, 0xffffffff, 0xffffffff, 1
    ri srai, 0xffffffff, 0xffffffff, 31
    ri srai, 0x00424242, 0x21212121, 7
    ri srai, 0x00008484, 0x21212121, 14
    ri srai, 0xc0000000, 0x80000000, 1
    ri srai, 0xffffffff, 0x80000000, 31
    ri srai, 0x3fffffff, 0x7fffffff, 1
    ri srai, 0x00000001, 0x7fffffff, 30
    zero_imm srai, 0x00000000, 0
    zero_imm srai, 0x00000000, 5
    zero_imm srai, 0x00000000, 31
    pass
