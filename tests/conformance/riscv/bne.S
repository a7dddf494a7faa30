// bne: branch if not equal.
#include "test_macros.S"

    begin
    not_taken bne, 0x00000000, 0x00000000
    not_taken bne, 0x00000001, 0x00000001
    not_taken bne, 0xffffffff, 0xffffffff
    taken bne, 0x00000000, 0x00000001
    taken bne, 0x00000001, 0x00000000
    taken bne, 0xffffffff, 0x00000001
    taken bne, 0x00000001, 0xffffffff
    taken bne, 0xfffffffe, 0xffffffff
    taken bne, 0xffffffff, 0xfffffffe
    taken bne, 0x80000000, 0x7fffffff
    taken bne, 0x7fffffff, 0x80000000
    taken bne, 0x80000000, 0xffffffff
    taken bne, 0x80000000, 0x00000000
    taken bne, 0x00000000, 0x80000000
    taken bne, 0x7fffffff, 0xffffffff
    taken bne, 0xf0000000, 0xefffffff
    pass
