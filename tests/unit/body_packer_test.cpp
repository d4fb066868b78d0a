// SPDX-License-Identifier: MIT
#include "scraper/engine/body_packer.h"

#include <gtest/gtest.h>

#include "scraper/engine/body_codec.h"
#include "tests/support/repeated.h"

namespace scraper {
namespace {

TEST(BodyPacker, HashesAsFips180Does) {
  BodyPacker packer;
  for (int again = 0; again < 2; ++again) {
    EXPECT_EQ(packer.pack("abc", false).hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(packer.pack("", false).hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  }
}

TEST(BodyPacker, PacksOneBodyAfterAnother) {
  BodyPacker packer;
  for (const size_t times : {1u, 1000u, 0u, 200'000u, 3u, 150'000u, 1u}) {  // some make more room than is kept
    const std::string body = repeated("<p>some text</p>\n", times);
    const storage::BodyRecord packed = packer.pack(body, true);
    EXPECT_EQ(packed.size, body.size());
    EXPECT_EQ(packed.codec, "zstd");
    EXPECT_EQ(packed.hash, BodyPacker().pack(body, false).hash);
    EXPECT_EQ(packed.data, BodyPacker().pack(body, true).data);
    const auto unpacked = unpack_body(packed);
    ASSERT_TRUE(unpacked);
    EXPECT_TRUE(*unpacked == body);
  }
}

TEST(BodyPacker, HoldsNoMoreMemoryThanThePackedBody) {
  BodyPacker packer;
  const storage::BodyRecord packed = packer.pack(repeated("<p>some text</p>\n", 10'000), true);
  EXPECT_LE(packed.data.capacity(), packed.data.size() + 16);
}

TEST(BodyPacker, LeavesTheDataOutOfWhatIsNotKept) {
  const storage::BodyRecord packed = BodyPacker().pack("a body", false);
  EXPECT_EQ(packed.size, 6u);
  EXPECT_EQ(packed.codec, "");
  EXPECT_EQ(packed.data, "");
}

}  // namespace
}  // namespace scraper
