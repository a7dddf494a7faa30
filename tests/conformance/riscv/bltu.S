// bltu: branch if less, without sign.
#include "test_macros.S"

    begin
    not_taken bltu, 0x00000000, 0x00000000
    not_taken bltu, 0x00000001, 0x00000001
    not_taken bltu, 0xffffffff, 0xffffffff
    taken bltu, 0x00000000, 0x00000001
    not_taken bltu, 0x00000001, 0x00000000
    not_taken bltu, 0xffffffff, 0x00000001
    taken bltu, 0x00000001, 0xffffffff
    taken bltu, 0xfffffffe, 0xffffffff
    not_taken bltu, 0xffffffff, 0xfffffffe
    not_taken bltu, 0x80000000, 0x7fffffff
    taken bltu, 0x7fffffff, 0x80000000
    taken bltu, 0x80000000, 0xffffffff
    not_taken bltu, 0x80000000, 0x00000000
    taken bltu, 0x00000000, 0x80000000
    taken bltu, 0x7fffffff, 0xffffffff
    not_taken bltu, 0xf0000000, 0xefffffff
    pass
