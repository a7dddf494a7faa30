// bgeu: branch if not less, without sign.
#include "test_macros.S"

    begin
    taken bgeu, 0x00000000, 0x00000000
    taken bgeu, 0x00000001, 0x00000001
    taken bgeu, 0xffffffff, 0xffffffff
    not_taken bgeu, 0x00000000, 0x00000001
    taken bgeu, 0x00000001, 0x00000000
    taken bgeu, 0xffffffff, 0x00000001
    not_taken bgeu, 0x00000001, 0xffffffff
    not_taken bgeu, 0xfffffffe, 0xffffffff
    taken bgeu, 0xffffffff, 0xfffffffe
    taken bgeu, 0x80000000, 0x7fffffff
    not_taken bgeu, 0x7fffffff, 0x80000000
    not_taken bgeu, 0x80000000, 0xffffffff
    taken bgeu, 0x80000000, 0x00000000
    not_taken bgeu, 0x00000000, 0x80000000
    not_taken bgeu, 0x7fffffff, 0xffffffff
    taken bgeu, 0xf0000000, 0xefffffff
    pass
