# Where a guest starts: stack and global pointer, then main, whose result is the exit code.
    .section .text.start, "ax", @progbits
    .globl  _start
    .type   _start, @function
_start:
    .option push
    .option norelax
    la      gp, __global_pointer$
    .option pop
    la      sp, __stack_top
    call    main
    li      a7, 93
    ecall
1:  j       1b
    .size   _start, . - _start
