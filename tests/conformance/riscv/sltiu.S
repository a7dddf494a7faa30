// sltiu: 1 if less, without sign, with an immediate.
#include "test_macros.S"

    begin
    ri sltiu, 0x00000000, 0x00000000, 0
    ri sltiu, 0x00000000, 0x00000001, 1
    ri sltiu, 0x00000001, 0x00000003, 7
    ri sltiu, 0x00000001, 0x00000000, -2048
    ri sltiu, 0x00000000, 0x80000000, 0
    ri sltiu, 0x00000001, 0x80000000, -2048
    ri sltiu, 0x00000001, 0x00000000, 2047
    ri sltiu, 0x00000000, 0x7fffffff, 0
    ri sltiu, 0x00000000, 0x7fffffff, 2047
    ri sltiu, 0x00000000, 0x80000000, 2047
    ri sltiu, 0x00000001, 0x7fffffff, -2048
    ri sltiu, 0x00000001, 0x00000000, -1
    ri sltiu, 0x00000000, 0xffffffff, 1
    ri sltiu, 0x00000000, 0xffffffff, -1
    ri sltiu, 0x00000000, 0x7fffffff, 1
    ri sltiu, 0x00000000, 0xff00ff00, 240
    ri sltiu, 0x00000001, 0x0ff00ff0, -241
    ri sltiu, 0x00000000, 0x12345678, 1893
    ri sltiu, 0x00000001, 0x80000000, -1
    ri sltiu, 0x00000000, 0xfffff800, -2048
    zero_imm sltiu, 0x00000000, 0
    zero_imm sltiu, 0x00000001, 5
    zero_imm sltiu, 0x00000001, -5
    pass
