// A C door to ThreatExchange's PDQ for make_procedural.py. Build, in a checkout of github.com/facebook/ThreatExchange:
//   g++ -O2 -std=c++17 -shared -fPIC -I. .../pdq_reference.cpp pdq/cpp/hashing/*.cpp
// pdq/cpp/downscaling/downscaling.cpp       pdq/cpp/common/*.cpp -o libpdqreference.so      (x86-64, no -march: a
// fused multiply-add would change ties)
#include <pdq/cpp/common/pdqhashtypes.h>
#include <pdq/cpp/hashing/pdqhashing.h>

#include <cstring>
#include <vector>

using namespace facebook::pdq::hashing;

// rgb: interleaved, width x height. text: receives 8 x 65 characters, the dihedral hashes, each ended by a zero; the
// first is that of the plain hasher, which at 64 x 64 pixels differs from the dihedral one. Returns the quality.
extern "C" int pdq_reference(uint8_t* rgb, int width, int height, char* text) {
  static float cells[64][64], half[16][64], dct[16][16], turned[16][16];
  Hash256 hashes[8];
  int quality = 0;
  std::vector<float> luma(width * height), scratch(width * height);

  fillFloatLumaFromRGB(rgb, rgb + 1, rgb + 2, height, width, 3 * width, 3, luma.data());
  pdqDihedralHash256esFromFloatLuma(
      luma.data(), scratch.data(), height, width, cells, half, dct, turned, &hashes[0], &hashes[1], &hashes[2],
      &hashes[3], &hashes[4], &hashes[5], &hashes[6], &hashes[7], quality);
  fillFloatLumaFromRGB(rgb, rgb + 1, rgb + 2, height, width, 3 * width, 3, luma.data());
  pdqHash256FromFloatLuma(luma.data(), scratch.data(), height, width, cells, half, dct, hashes[0], quality);
  for (int i = 0; i < 8; i++) {
    strcpy(text + 65 * i, hashes[i].format().c_str());
  }
  return quality;
}
