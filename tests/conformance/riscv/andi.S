// andi: bitwise and, with an immediate.
#include "test_macros.S"

    begin
    ri andi, 0x00000000, 0x00000000, 0
    ri andi, 0x00000001, 0x00000001, 1
    ri andi, 0x00000003, 0x00000003, 7
    ri andi, 0x00000000, 0x00000000, -2048
    ri andi, 0x00000000, 0x80000000, 0
    ri andi, 0x80000000, 0x80000000, -2048
    ri andi, 0x00000000, 0x00000000, 2047
    ri andi, 0x00000000, 0x7fffffff, 0
    ri andi, 0x000007ff, 0x7fffffff, 2047
    ri andi, 0x00000000, 0x80000000, 2047
    ri andi, 0x7ffff800, 0x7fffffff, -2048
    ri andi, 0x00000000, 0x00000000, -1
    ri andi, 0x00000001, 0xffffffff, 1
    ri andi, 0xffffffff, 0xffffffff, -1
    ri andi, 0x00000001, 0x7fffffff, 1
    ri andi, 0x00000000, 0xff00ff00, 240
    ri andi, 0x0ff00f00, 0x0ff00ff0, -241
    ri andi, 0x00000660, 0x12345678, 1893
    ri andi, 0x80000000, 0x80000000, -1
    ri andi, 0xfffff800, 0xfffff800, -2048
    zero_imm andi, 0x00000000, 0
    zero_imm andi, 0x00000000, 5
    zero_imm andi, 0x00000000, -5
    pass
