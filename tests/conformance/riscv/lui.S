// lui: load twenty high bits.
#include "test_macros.S"

    begin
    upper 0x00000000, 0x0
    upper 0x00001000, 0x1
    upper 0xfffff000, 0xfffff
    upper 0x7ffff000, 0x7ffff
    upper 0x80000000, 0x80000
    upper 0x12345000, 0x12345
    pass
