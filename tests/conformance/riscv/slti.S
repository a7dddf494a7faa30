// slti: 1 if less, with sign, with an immediate.
#include "test_macros.S"

    begin
    ri slti, 0x00000000, 0x00000000, 0
    ri slti, 0x00000000, 0x00000001, 1
    ri slti, 0x00000001, 0x00000003, 7
    ri slti, 0x00000000, 0x00000000, -2048
    ri slti, 0x00000001, 0x80000000, 0
    ri slti, 0x00000001, 0x80000000, -2048
    ri slti, 0x00000001, 0x00000000, 2047
    ri slti, 0x00000000, 0x7fffffff, 0
    ri slti, 0x00000000, 0x7fffffff, 2047
    ri slti, 0x00000001, 0x80000000, 2047
    ri slti, 0x00000000, 0x7fffffff, -2048
    ri slti, 0x00000000, 0x00000000, -1
    ri slti, 0x00000001, 0xffffffff, 1
    ri slti, 0x00000000, 0xffffffff, -1
    ri slti, 0x00000000, 0x7fffffff, 1
    ri slti, 0x00000001, 0xff00ff00, 240
    ri slti, 0x00000000, 0x0ff00ff0, -241
    ri slti, 0x00000000, 0x12345678, 1893
    ri slti, 0x00000001, 0x80000000, -1
    ri slti, 0x00000000, 0xfffff800, -2048
    zero_imm slti, 0x00000000, 0
    zero_imm slti, 0x00000001, 5
    zero_imm slti, 0x00000000, -5
    pass
