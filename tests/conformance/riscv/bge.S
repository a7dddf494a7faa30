// bge: branch if not less, with sign.
#include "test_macros.S"

    begin
    taken bge, 0x00000000, 0x00000000
    taken bge, 0x00000001, 0x00000001
    taken bge, 0xffffffff, 0xffffffff
    not_taken bge, 0x00000000, 0x00000001
    taken bge, 0x00000001, 0x00000000
    not_taken bge, 0xffffffff, 0x00000001
    taken bge, 0x00000001, 0xffffffff
    not_taken bge, 0xfffffffe, 0xffffffff
    taken bge, 0xffffffff, 0xfffffffe
    not_taken bge, 0x80000000, 0x7fffffff
    taken bge, 0x7fffffff, 0x80000000
    not_taken bge, 0x80000000, 0xffffffff
    not_taken bge, 0x80000000, 0x00000000
    taken bge, 0x00000000, 0x80000000
    taken bge, 0x7fffffff, 0xffffffff
    taken bge, 0xf0000000, 0xefffffff
    pass
