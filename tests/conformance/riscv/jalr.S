// jalr: jump to a register plus an offset, and leave the address of the next instruction.
#include "test_macros.S"

    begin
    next_check
    la a1, 2f
    jalr a2, 0(a1)
1:  j fail
2:  la a3, 1b
    bne a2, a3, fail

    next_check
    la a1, 4f
    jalr a1, 0(a1)
3:  j fail
4:  la a3, 3b
    bne a1, a3, fail

    next_check
    la a1, 5f + 2044
    jalr x0, -2044(a1)
    j fail
5:  la a1, 6f - 2044
    jalr x0, 2044(a1)
    j fail
6:  expect_x0

    next_check
    la a1, 7f + 1
    jalr x0, 0(a1)
    j fail
7:  la a1, 8f
    jalr x0, 1(a1)
    j fail
8:  la a1, 9f - 1
    jalr x0, 2(a1)
    j fail
9:
    pass
