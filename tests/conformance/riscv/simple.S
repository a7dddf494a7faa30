// The start and the end of a test, and x0.
#include "test_macros.S"

    begin
    next_check
    expect_x0
    addi x0, x0, 1
    expect_x0
    pass
