#!/usr/bin/env python3
"""Demands that isa_symbols.py finds code that the linker may hand to others."""
import sys
import unittest

sys.dont_write_bytecode = True
from isa_symbols import breaches  # noqa: E402


class IsaSymbolsTest(unittest.TestCase):
    def expect(self, listing: str, *want: str) -> None:
        self.assertEqual(breaches(listing, "Avx512"), list(want), listing)

    def test_tagged_functions_are_apart(self):
        self.expect("0000000000000000 W _ZN5nexus4zkvm6KernelINS0_6Avx512EE3runEv\n"
                    "0000000000000040 T _ZN5nexus4zkvm6KernelINS0_6Avx512EE4stopEv\n")

    def test_weak_and_strong_functions_without_tag(self):
        self.expect("0000000000000000 W _ZSt3minIjERKT_S2_S2_\n"
                    "0000000000000010 T _ZN5nexus4helpEv\n"
                    "0000000000000020 i _ZN5nexus6chosenEv\n",
                    "_ZSt3minIjERKT_S2_S2_", "_ZN5nexus4helpEv", "_ZN5nexus6chosenEv")

    def test_tag_of_another_instruction_set(self):
        self.expect("0000000000000000 W _ZN5nexus4zkvm6KernelINS0_4Avx2EE3runEv\n",
                    "_ZN5nexus4zkvm6KernelINS0_4Avx2EE3runEv")

    def test_local_functions_and_data_do_no_harm(self):
        self.expect("0000000000000000 t _ZN5nexus12_GLOBAL__N_14helpEv\n"
                    "0000000000000000 V _ZN5nexus4zkvm5tableE\n"
                    "0000000000000000 u _ZN5nexus4zkvm6blake39kScheduleE\n"
                    "0000000000000000 r kTable\n")


if __name__ == "__main__":
    unittest.main()
