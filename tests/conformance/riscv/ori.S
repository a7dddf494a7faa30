// ori: bitwise or, with an immediate.
#include "test_macros.S"

    begin
    ri ori, 0x00000000, 0x00000000, 0
    ri ori, 0x00000001, 0x00000001, 1
    ri ori, 0x00000007, 0x00000003, 7
    ri ori, 0xfffff800, 0x00000000, -2048
    ri ori, 0x80000000, 0x80000000, 0
    ri ori, 0xfffff800, 0x80000000, -2048
    ri ori, 0x000007ff, 0x00000000, 2047
    ri ori, 0x7fffffff, 0x7fffffff, 0
    ri ori, 0x7fffffff, 0x7fffffff, 2047
    ri ori, 0x800007ff, 0x80000000, 2047
    ri ori, 0xffffffff, 0x7fffffff, -2048
    ri ori, 0xffffffff, 0x00000000, -1
    ri ori, 0xffffffff, 0xffffffff, 1
    ri ori, 0xffffffff, 0xffffffff, -1
    ri ori, 0x7fffffff, 0x7fffffff, 1
    ri ori, 0xff00fff0, 0xff00ff00, 240
    ri ori, 0xffffffff, 0x0ff00ff0, -241
    ri ori, 0x1234577d, 0x12345678, 1893
    ri ori, 0xffffffff, 0x80000000, -1
    ri ori, 0xfffff800, 0xfffff800, -2048
    zero_imm ori, 0x00000000, 0
    zero_imm ori, 0x00000005, 5
    zero_imm ori, 0xfffffffb, -5
    pass
