// addi: sums modulo 2^32, with an immediate.
#include "test_macros.S"

    begin
    ri addi, 0x00000000, 0x00000000, 0
    ri addi, 0x00000002, 0x00000001, 1
    ri addi, 0x0000000a, 0x00000003, 7
    ri addi, 0xfffff800, 0x00000000, -2048
    ri addi, 0x80000000, 0x80000000, 0
    ri addi, 0x7ffff800, 0x80000000, -2048
    ri addi, 0x000007ff, 0x00000000, 2047
    ri addi, 0x7fffffff, 0x7fffffff, 0
    ri addi, 0x800007fe, 0x7fffffff, 2047
    ri addi, 0x800007ff, 0x80000000, 2047
    ri addi, 0x7ffff7ff, 0x7fffffff, -2048
    ri addi, 0xffffffff, 0x00000000, -1
    ri addi, 0x00000000, 0xffffffff, 1
    ri addi, 0xfffffffe, 0xffffffff, -1
    ri addi, 0x80000000, 0x7fffffff, 1
    ri addi, 0xff00fff0, 0xff00ff00, 240
    ri addi, 0x0ff00eff, 0x0ff00ff0, -241
    ri addi, 0x12345ddd, 0x12345678, 1893
    ri addi, 0x7fffffff, 0x80000000, -1
    ri addi, 0xfffff000, 0xfffff800, -2048
    zero_imm addi, 0x00000000, 0
    zero_imm addi, 0x00000005, 5
    zero_imm addi, 0xfffffffb, -5
    pass
