#pragma once

namespace bw {

/// Room for the product of two 64-bit numbers. An extension of gcc and clang, named once.
__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

}  // namespace bw
