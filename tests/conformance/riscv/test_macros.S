// Macros of the conformance tests. Each check has a number, counted from 2 on, in gp; a program
// exits with 0, or with the number of the first check that failed, by the ecall of Linux.

    .set check_number, 1

// Where the program starts, and where a failed check goes.
    .macro begin
    .section .text.start, "ax", @progbits
    .globl _start
_start:
    j run
fail:
    mv a0, gp
    li a7, 93
    ecall
    j fail
run:
    .endm

    .macro pass
    li a0, 0
    li a7, 93
    ecall
    j fail
    .endm

    .macro next_check
    .set check_number, check_number + 1
    li gp, check_number
    .endm

// Fails unless the register holds the value. Changes t2. A branch may not reach as far as a jump.
    .macro expect register, value
    li t2, \value
    beq \register, t2, .Lheld\@
    j fail
.Lheld\@:
    .endm

// Fails if something has written x0.
    .macro expect_x0
    beqz x0, .Lzero\@
    j fail
.Lzero\@:
    .endm

// An operation on two registers: into a third one, into either of them, into x0.
    .macro rr op, want, first, second
    next_check
    li a1, \first
    li a2, \second
    \op a4, a1, a2
    expect a4, \want
    expect a1, \first
    expect a2, \second
    mv a4, a1
    \op a4, a4, a2
    expect a4, \want
    mv a4, a2
    \op a4, a1, a4
    expect a4, \want
    \op x0, a1, a2
    expect_x0
    .endm

// An operation on one register twice, into another one and into itself.
    .macro same op, want, value
    next_check
    li a1, \value
    \op a4, a1, a1
    expect a4, \want
    \op a1, a1, a1
    expect a1, \want
    .endm

    .macro zero_first op, want, second
    next_check
    li a2, \second
    \op a4, x0, a2
    expect a4, \want
    .endm

    .macro zero_second op, want, first
    next_check
    li a1, \first
    \op a4, a1, x0
    expect a4, \want
    .endm

// An operation with an immediate: into another register, into itself, into x0.
    .macro ri op, want, first, immediate
    next_check
    li a1, \first
    \op a4, a1, \immediate
    expect a4, \want
    expect a1, \first
    \op x0, a1, \immediate
    expect_x0
    \op a1, a1, \immediate
    expect a1, \want
    .endm

    .macro zero_imm op, want, immediate
    next_check
    \op a4, x0, \immediate
    expect a4, \want
    .endm

// A branch that is taken, forward and backward.
    .macro taken op, first, second
    next_check
    li a1, \first
    li a2, \second
    \op a1, a2, 2f
    j fail
1:  j 3f
2:  \op a1, a2, 1b
    j fail
3:
    .endm

// A branch that is not taken, forward and backward.
    .macro not_taken op, first, second
    next_check
    li a1, \first
    li a2, \second
    \op a1, a2, 1f
    j 2f
1:  j fail
2:  \op a1, a2, 1b
    .endm

// A load: into another register, and over its own address.
    .macro load op, want, offset, base
    next_check
    la a1, \base
    \op a4, \offset(a1)
    expect a4, \want
    \op a1, \offset(a1)
    expect a1, \want
    .endm

// The same with the largest offsets.
    .macro load_far op, want, at
    next_check
    la a1, table + \at - 2047 + 3
    \op a4, 2044(a1)
    expect a4, \want
    la a1, table + \at + 2048
    \op a4, -2048(a1)
    expect a4, \want
    .endm

    .macro load_x0 op
    next_check
    la a1, table
    \op x0, 0(a1)
    expect_x0
    .endm

// A store, after which the word at the offset `where` is `word`.
    .macro store op, value, offset, base, word, where
    next_check
    la a1, \base
    li a2, \value
    \op a2, \offset(a1)
    expect a2, \value
    lw a4, \where(a1)
    expect a4, \word
    .endm

    .macro upper want, value
    next_check
    lui a4, \value
    expect a4, \want
    lui x0, \value
    expect_x0
    .endm

    .macro pc_plus want, value
    next_check
    jal a1, 1f
1:  auipc a4, \value
    sub a4, a4, a1
    expect a4, \want
    .endm
