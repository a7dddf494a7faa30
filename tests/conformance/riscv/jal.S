// jal: jump, and leave the address of the next instruction.
#include "test_macros.S"

    begin
    next_check
    jal a1, 2f
1:  j fail
2:  la a2, 1b
    bne a1, a2, fail

    next_check
    j 4f
3:  j 5f
4:  jal x0, 3b
    j fail
5:  expect_x0

    next_check
    li a1, 1
    jal x0, 6f
    addi a1, a1, 1
    addi a1, a1, 1
6:  addi a1, a1, 1
    expect a1, 2
    pass
