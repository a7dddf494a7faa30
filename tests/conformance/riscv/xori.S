// xori: bitwise exclusive or, with an immediate.
#include "test_macros.S"

    begin
    ri xori, 0x00000000, 0x00000000, 0
    ri xori, 0x00000000, 0x00000001, 1
    ri xori, 0x00000004, 0x00000003, 7
    ri xori, 0xfffff800, 0x00000000, -2048
    ri xori, 0x80000000, 0x80000000, 0
    ri xori, 0x7ffff800, 0x80000000, -2048
    ri xori, 0x000007ff, 0x00000000, 2047
    ri xori, 0x7fffffff, 0x7fffffff, 0
    ri xori, 0x7ffff800, 0x7fffffff, 2047
    ri xori, 0x800007ff, 0x80000000, 2047
    ri xori, 0x800007ff, 0x7fffffff, -2048
    ri xori, 0xffffffff, 0x00000000, -1
    ri xori, 0xfffffffe, 0xffffffff, 1
    ri xori, 0x00000000, 0xffffffff, -1
    ri xori, 0x7ffffffe, 0x7fffffff, 1
    ri xori, 0xff00fff0, 0xff00ff00, 240
    ri xori, 0xf00ff0ff, 0x0ff00ff0, -241
    ri xori, 0x1234511d, 0x12345678, 1893
    ri xori, 0x7fffffff, 0x80000000, -1
    ri xori, 0x00000000, 0xfffff800, -2048
    zero_imm xori, 0x00000000, 0
    zero_imm xori, 0x00000005, 5
    zero_imm xori, 0xfffffffb, -5
    pass
