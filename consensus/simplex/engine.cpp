#include "consensus/simplex/engine.hpp"

#include "base/bytes.hpp"
#include "consensus/api/message.hpp"
#include "consensus/api/protocol.hpp"
#include "consensus/simplex/messages.hpp"
#include "consensus/simplex/settings.hpp"
#include "consensus/simplex/simplex_machine.hpp"
#include "consensus/simplex/statement.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace nexus::consensus::simplex {
namespace {

class SimplexEngine final : public Engine {
public:
    [[nodiscard]] std::string_view name() const override { return kProtocolName; }
    [[nodiscard]] std::string_view summary() const override {
        return "Simplex (Chan, Pass 2023): notarize, nullify, finalize; three message delays";
    }
    [[nodiscard]] const std::vector<ParameterSpec>& parameters() const override {
        return parameter_specs();
    }
    [[nodiscard]] std::string_view finality_statement() const override {
        return kFinalizeStatement;
    }
    [[nodiscard]] std::unique_ptr<Protocol> make(ProtocolConfig config) const override {
        return std::make_unique<SimplexMachine>(config);
    }
    [[nodiscard]] MessagePtr decode(ByteView bytes) const override { return decode_message(bytes); }
};

}  // namespace

const Engine& engine() {
    static const SimplexEngine instance;
    return instance;
}

}  // namespace nexus::consensus::simplex
