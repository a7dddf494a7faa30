// slli: shift left by the low five bits, with an immediate.
#include "test_macros.S"

    begin
    ri slli, 0x00000001, 0x00000001, 0
    ri slli, 0x00000002, 0x00000001, 1
    ri slli, 0x00000080, 0x00000001, 7
    ri slli, 0x00004000, 0x00000001, 14
    ri slli, 0x80000000, 0x00000001, 31
    ri slli, 0xffffffff, 0xffffffff, 0
    ri slli, 0xfffffffe, 0xffffffff, 1
    ri slli, 0x80000000, 0xffffffff, 31
    ri slli, 0x90909080, 0x21212121, 7
    ri slli, 0x48484000, 0x21212121, 14
    ri slli, 0x00000000, 0x80000000, 1
    ri slli, 0x00000000, 0x80000000, 31
    ri slli, 0xfffffffe, 0x7fffffff, 1
    ri slli, 0xc0000000, 0x7fffffff, 30
    zero_imm slli, 0x00000000, 0
    zero_imm slli, 0x00000000, 5
    zero_imm slli, 0x00000000, 31
    pass
