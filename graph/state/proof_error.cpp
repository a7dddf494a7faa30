#include "graph/state/proof_error.hpp"

#include <string_view>

namespace nexus::graph {

std::string_view to_string(ProofError error) {
    switch (error) {
        case ProofError::UnknownVersion:
            return "UnknownVersion";
        case ProofError::DepthTooLarge:
            return "DepthTooLarge";
        case ProofError::BitmapLength:
            return "BitmapLength";
        case ProofError::BitmapSpareBits:
            return "BitmapSpareBits";
        case ProofError::SiblingCount:
            return "SiblingCount";
        case ProofError::EmptySibling:
            return "EmptySibling";
        case ProofError::UnexpectedNeighbour:
            return "UnexpectedNeighbour";
        case ProofError::NeighbourIsKey:
            return "NeighbourIsKey";
        case ProofError::NeighbourElsewhere:
            return "NeighbourElsewhere";
        case ProofError::RootPathShape:
            return "RootPathShape";
        case ProofError::RootMismatch:
            return "RootMismatch";
    }
    return "?";
}

}  // namespace nexus::graph
