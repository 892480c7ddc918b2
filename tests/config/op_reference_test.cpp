// Secrets that 1Password's command line reads: bounded in time and size, without a shell, and
// nothing of what it said ever stands in an error. The `op` here is a script in a folder of PATH.

#include "config/op_reference.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdlib>
#include <fstream>

#include "config/secrets.hpp"
#include "storage/temporary_folder.hpp"

namespace bw {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* canary = "CANARYsecret1234567890CANARYsecret123456";

class op_reference : public ::testing::Test {
 protected:
  void SetUp() override {
    path_before_ = std::getenv("PATH");
    ::setenv("PATH", (folder.path().string() + ":" + path_before_).c_str(), 1);
  }
  void TearDown() override { ::setenv("PATH", path_before_.c_str(), 1); }
  void op(const std::string& body, mode_t mode = 0755) {
    const auto file = (folder.path() / "op").string();
    std::ofstream{file} << "#!/bin/sh\n" << body;
    ::chmod(file.c_str(), mode);
  }

  temporary_folder folder = *temporary_folder::make("bw-op-test");
  std::string path_before_;
};

TEST_F(op_reference, forms) {
  for (const char* good : {"op://vault/item/field", "op://My Vault/Alpaca key/section/field"})
    EXPECT_TRUE(is_op_reference(good)) << good;
  for (const char* bad : {"", "op://", "op://vault/item", "op://vault/item/", "op:///item/field",
                          "op://a//c", "op://a/b/c/d/e", "https://vault/item/field", "/a/b/c"})
    EXPECT_FALSE(is_op_reference(bad)) << bad;
}

TEST_F(op_reference, what_op_says_is_the_secret) {
  op("printf '%s|' \"$#\" \"$@\"\necho\n");
  const auto read = read_op_reference("op://vault/it em; echo $HOME/`field`");
  ASSERT_TRUE(read.ok()) << read.failure().text();
  EXPECT_EQ(read->reveal(), "3|read|--no-newline|op://vault/it em; echo $HOME/`field`|")
      << "three words, and no shell between";
}

TEST_F(op_reference, a_failure_names_the_reference_and_shows_nothing) {
  op(std::string{"echo "} + canary + "\necho " + canary + " >&2\nexit 6\n");
  const auto read = read_op_reference("op://vault/item/field");
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.code(), ec::auth_refused);
  EXPECT_THAT(read.failure().context, HasSubstr("op://vault/item/field"));
  EXPECT_THAT(read.failure().context, HasSubstr("code 6"));
  EXPECT_THAT(read.failure().context, Not(HasSubstr("CANARY")));
}

TEST_F(op_reference, one_that_hangs_is_killed_with_its_children) {
  op("echo early\nsleep 60 &\nsleep 60\n");
  const auto began = std::chrono::steady_clock::now();
  const auto read = read_op_reference("op://vault/item/field", std::chrono::milliseconds{300});
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.code(), ec::timed_out);
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds{5});
}

TEST_F(op_reference, one_that_closes_its_output_and_hangs_is_killed_too) {
  op("echo secret\nexec >&-\nsleep 60\n");
  EXPECT_EQ(read_op_reference("op://vault/item/field", std::chrono::milliseconds{300}).code(),
            ec::timed_out);
}

TEST_F(op_reference, one_that_floods_is_killed) {
  op("while :; do echo 0123456789012345678901234567890123456789; done\n");
  EXPECT_EQ(read_op_reference("op://vault/item/field").code(), ec::out_of_range);
}

TEST_F(op_reference, four_kibibytes_are_the_most) {
  op("head -c 4096 /dev/zero | tr '\\0' x\n");
  const auto read = read_op_reference("op://vault/item/field");
  ASSERT_TRUE(read.ok()) << read.failure().text();
  EXPECT_EQ(read->reveal().size(), 4096u);
  op("head -c 4097 /dev/zero | tr '\\0' x\n");
  EXPECT_EQ(read_op_reference("op://vault/item/field").code(), ec::out_of_range);
}

TEST_F(op_reference, a_program_that_is_none_or_not_in_an_absolute_folder_is_not_run) {
  ::setenv("PATH", folder.path().c_str(), 1);
  EXPECT_EQ(read_op_reference("op://vault/item/field").code(), ec::not_found);
  op("echo x\n", 0644);
  EXPECT_EQ(read_op_reference("op://vault/item/field").code(), ec::not_found);
  ::setenv("PATH", ".:", 1);
  op("echo x\n");
  EXPECT_EQ(read_op_reference("op://vault/item/field").code(), ec::not_found);
  ::unsetenv("PATH");
  EXPECT_EQ(read_op_reference("op://vault/item/field").code(), ec::not_found);
}

TEST_F(op_reference, it_comes_after_files_of_the_environment_and_before_its_values) {
  op("case $3 in *id) echo PKFROMONEPASSWORD;; *) echo secretfromonepassword1;; esac\n");
  const credential_references both{"op://v/i/id", "op://v/i/secret"};
  ::setenv("APCA_API_KEY_ID", "KEYFROMENVIRONMENT", 1);
  ::setenv("APCA_API_SECRET_KEY", "secretfromenvironment1", 1);
  const auto found = resolve_credentials(environment::paper, both);
  ::unsetenv("APCA_API_KEY_ID");
  ::unsetenv("APCA_API_SECRET_KEY");
  ASSERT_TRUE(found.ok()) << found.failure().text();
  EXPECT_EQ(found->key_id, "PKFROMONEPASSWORD");
  EXPECT_EQ(found->secret_key.reveal(), "secretfromonepassword1");
  EXPECT_EQ(found->origin, "1Password");
  const auto file = (folder.path() / "id").string();
  std::ofstream{file} << "PKFROMFILE12345";
  ::chmod(file.c_str(), 0600);
  ::setenv("ALPACA_KEY_ID_FILE", file.c_str(), 1);
  EXPECT_EQ(resolve_credentials(environment::paper, both)->key_id, "PKFROMFILE12345");
  ::unsetenv("ALPACA_KEY_ID_FILE");
}

TEST_F(op_reference, a_file_that_others_may_read_is_refused) {
  const auto id = (folder.path() / "id").string();
  const auto key = (folder.path() / "key").string();
  std::ofstream{id} << "PKFROMFILE12345";
  std::ofstream{key} << canary;
  for (const mode_t mode : {0600, 0400, 0640, 0604, 0660, 0777}) {
    ::chmod(id.c_str(), 0600);
    ::chmod(key.c_str(), mode);
    const auto found = resolve_credentials(environment::paper, {id, key});
    EXPECT_EQ(found.ok(), (mode & 077) == 0) << std::oct << mode;
    if (found) continue;
    EXPECT_EQ(found.code(), ec::invalid_argument);
    EXPECT_THAT(found.failure().context, HasSubstr("alpaca_secret_key: " + key));
    EXPECT_THAT(found.failure().context, Not(HasSubstr("CANARY")));
  }
}

TEST_F(op_reference, what_op_says_must_have_the_form_of_a_credential) {
  op("echo your-key-id-here\n");
  const auto found = resolve_credentials(environment::paper, {"op://v/i/id", "op://v/i/secret"});
  EXPECT_EQ(found.code(), ec::invalid_argument);
  EXPECT_THAT(found.failure().context, HasSubstr("alpaca_key_id"));
}

TEST_F(op_reference, each_mode_has_its_own_pair) {
  op("case $3 in *paper*) echo PKPAPER123456789;; *) echo AKLIVE1234567890;; esac\n");
  node_config config;
  config.live.paper_keys = {"op://v/paper/id", "op://v/paper/secret"};
  config.live.live_keys = {"op://v/live/id", "op://v/live/secret"};
  EXPECT_EQ(resolve_credentials(config)->key_id, "PKPAPER123456789");
  config.mode = environment::live;
  EXPECT_EQ(resolve_credentials(config)->key_id, "AKLIVE1234567890");
  config.live.live_keys = {};
  EXPECT_EQ(resolve_credentials(config).code(), ec::not_found) << "the other's is never taken";
  config.mode = environment::sim;
  EXPECT_EQ(resolve_credentials(config)->origin, "simulation");
}

}  // namespace
}  // namespace bw
