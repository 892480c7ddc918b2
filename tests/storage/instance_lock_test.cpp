// One node for a state folder, and a sentence for the second one that says who has it.

#include "storage/instance_lock.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "tests/storage/child_process.hpp"
#include "tests/storage/log_backends.hpp"

namespace bw {
namespace {

TEST(instance_lock, lets_one_in_at_a_time) {
  const auto folder = tests::test_folder();
  const auto state = folder.path() / "state";
  {
    const auto first = lock_state_folder(state);
    ASSERT_TRUE(first.ok());
    const auto second = lock_state_folder(state);
    ASSERT_EQ(second.code(), ec::already_exists);
    EXPECT_NE(second.failure().context.find(std::to_string(::getpid())), std::string::npos);
    EXPECT_NE(second.failure().context.find(state.string()), std::string::npos);
  }
  EXPECT_TRUE(lock_state_folder(state).ok()) << "free again";
}

TEST(instance_lock, moves_with_its_owner) {
  const auto folder = tests::test_folder();
  auto first = lock_state_folder(folder.path());
  ASSERT_TRUE(first.ok());
  instance_lock owner = *std::move(first);
  EXPECT_EQ(lock_state_folder(folder.path()).code(), ec::already_exists);
  { const instance_lock last = std::move(owner); }
  EXPECT_TRUE(lock_state_folder(folder.path()).ok());
}

TEST(instance_lock_child, DISABLED_holds_until_it_is_killed) {
  const char* folder = std::getenv("BW_TEST_FOLDER");
  if (folder == nullptr) GTEST_SKIP() << "started by other tests only";
  const auto lock = lock_state_folder(folder);
  tests::child_process::report(lock.ok() ? 1 : 0);
  for (;;) ::pause();
}

TEST(instance_lock, falls_with_the_process_that_holds_it) {
  const auto folder = tests::test_folder();
  {
    tests::child_process child{"instance_lock_child.DISABLED_holds_until_it_is_killed",
                               {{"BW_TEST_FOLDER", folder.path().string()}}};
    ASSERT_EQ(child.next_report(), 1u);
    const auto second = lock_state_folder(folder.path());
    ASSERT_EQ(second.code(), ec::already_exists);
    EXPECT_NE(second.failure().context.find(std::to_string(child.pid())), std::string::npos);
  }
  EXPECT_TRUE(lock_state_folder(folder.path()).ok()) << "a lock of the dead is none";
}

TEST(instance_lock, believes_nothing_but_digits) {
  const auto folder = tests::test_folder();
  const auto first = lock_state_folder(folder.path());
  std::ofstream{folder.path() / "LOCK"} << "\x1b[31mrm";
  const auto second = lock_state_folder(folder.path());
  EXPECT_NE(second.failure().context.find("process unknown"), std::string::npos);
}

TEST(instance_lock, says_that_the_folder_cannot_be_made) {
  const auto folder = tests::test_folder();
  std::ofstream{folder.path() / "file"} << "x";
  EXPECT_EQ(lock_state_folder(folder.path() / "file" / "state").code(), ec::io_failed);
}

}  // namespace
}  // namespace bw
