#pragma once

#include "base/assert.hpp"
#include "zkvm/components/tables.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace nexus::zkvm::tests {

/// Fields of the rows, in the order of the structs: `x:limbs`, `x:time` (an access), `x:carry`,
/// `x[n]`, `x[n]:limbs`, .., or plain columns.
inline constexpr std::array<std::string_view, kTableCount> kFields = {
    "count noise[7]",
    "noise[8]",
    "range_count bytes_count and_count shift_count noise[4]",
    "cell first:limbs last:limbs last_time stamp real noise[8]",
    "first:limbs last:limbs stamp real is_image is_private is_output gap:limbs noise[5] cell "
    "cell_high",
    "pc ts rd rs1 rs2 imm:limbs b:limbs c:limbs a:limbs old:limbs real is_sub carry_low "
    "carry_high at1:time at2:time at3:time",
    "pc ts rd rs1 rs2 imm:limbs b:limbs c:limbs a:limbs old:limbs is_and is_or is_xor b0 b2 c0 "
    "c2 both[4] at1:time at2:time at3:time",
    "pc ts rd rs1 rs2 imm:limbs b:limbs c:limbs old:limbs d:limbs real is_signed borrow less "
    "sign_b sign_c at1:time at2:time at3:time",
    "pc ts rs1 rs2 offset b:limbs c:limbs d:limbs is_eq is_ne is_lt is_ge is_ltu is_geu borrow "
    "less sign_b sign_c equal inverse taken next_pc at1:time at2:time",
    "pc ts rd rs1 rs2 imm c:limbs a:limbs old:limbs left[4] right[4] is_sra sign t rest b[4] "
    "lo[5] hi[5] at1:time at2:time at3:time",
    "pc ts rd rs1 link_lo imm:limbs b:limbs target:limbs old:limbs real bit0 at1:time at3:time",
    "pc ts rs1 imm:limbs b:limbs address:limbs value:limbs old:limbs is_load is_store source "
    "destination at1:time at2:time at3:time",
    "pc ts reg rs1 imm:limbs b:limbs address:limbs is_lb is_lbu is_lh is_lhu is_sb is_sh "
    "offset[4] byte[4] word:limbs reg_old:limbs reg_new:limbs stored first second top sign "
    "at1:time at2:time at3:time",
    "pc ts rd rs1 rs2 is_mul is_mulh is_mulhsu is_mulhu b[4] c[4] p[4] carry[3] sign_b sign_c "
    "a:limbs old:limbs wrap_low wrap_high at1:time at2:time at3:time",
    "pc ts rd rs1 rs2 is_div is_divu is_rem is_remu b:limbs c:limbs q:limbs r:limbs sign_b "
    "sign_c sign_q abs_b:limbs abs_c[4] abs_q[4] abs_r:limbs c_is_zero carry borrow "
    "slack:limbs a:limbs old:limbs at1:time at2:time at3:time",
    "pc ts next_pc number:limbs real is_halt inverse_lo inverse_hi is_precompile "
    "inverse_precompile at1:time",
    "ts real target:limbs source:limbs value[8]:limbs old[8]:limbs at_target:time at_source:time "
    "at_write[8]:time at_read[8]:time",
    "old[4]:limbs at[4]:time phase[21] ts id target source address a[128] e[128] w[128] "
    "differs[32] sigma0:limbs t2[4]:limbs sigma1[4]:limbs little_sigma0[4]:limbs "
    "little_sigma1[4]:limbs carry_e[8]:carry carry_a[8] carry_w[8] sum16[4]:limbs sum8[4]:limbs "
    "sum7[4]:limbs"};

/// The names of the columns of a table: "pc", "b.lo", "at1.gap_high", "left[2]".
inline std::vector<std::string> column_names(std::size_t table) {
    std::vector<std::string> names;
    std::string_view rest = kFields[table];
    while (!rest.empty()) {
        const std::string_view field = rest.substr(0, rest.find(' '));
        rest.remove_prefix(std::min(rest.size(), field.size() + 1));
        const std::string_view kind =
            field.find(':') == std::string_view::npos ? "" : field.substr(field.find(':') + 1);
        const std::string_view whole = field.substr(0, field.find(':'));
        const std::string base(whole.substr(0, whole.find('[')));
        const bool is_array = whole.find('[') != std::string_view::npos;
        const int count = is_array ? std::stoi(std::string(whole.substr(whole.find('[') + 1))) : 1;
        for (int i = 0; i < count; ++i) {
            const std::string name = is_array ? base + "[" + std::to_string(i) + "]" : base;
            if (kind == "limbs") {
                names.insert(names.end(), {name + ".lo", name + ".hi"});
            } else if (kind == "time") {
                names.insert(names.end(), {name + ".previous_time", name + ".gap_high"});
            } else if (kind == "carry") {
                names.insert(names.end(), {name + ".part", name + ".extra"});
            } else {
                names.push_back(name);
            }
        }
    }
    NEXUS_ASSERT(names.size() == kTables[table].shape.columns);
    return names;
}

}  // namespace nexus::zkvm::tests
