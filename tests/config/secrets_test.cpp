// Where credentials may come from, in which order, and that no error shows one.

#include "config/secrets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>

#include "config/secret_form.hpp"
#include "storage/temporary_folder.hpp"

namespace bw {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* key_id = "PKCANARYKEY123456789";
constexpr const char* secret_key = "CANARYsecret1234567890CANARYsecret123456";

class secrets : public ::testing::Test {
 protected:
  void SetUp() override { clear(); }
  void TearDown() override { clear(); }

  static void clear() {
    for (const char* name :
         {"CREDENTIALS_DIRECTORY", "APCA_API_KEY_ID", "APCA_API_SECRET_KEY", "ALPACA_API_KEY",
          "ALPACA_SECRET_KEY", "APCA_API_KEY_ID_FILE", "APCA_API_SECRET_KEY_FILE",
          "ALPACA_KEY_ID_FILE", "ALPACA_SECRET_KEY_FILE", "TRADING_MODE", "ALPACA_BASE_URL",
          "APCA_API_BASE_URL"})
      ::unsetenv(name);
  }
  static void set(const char* name, const std::string& value) { ::setenv(name, value.c_str(), 1); }
  std::string file(const char* name, std::string_view text, mode_t mode = 0600) {
    const auto path = (folder.path() / name).string();
    std::ofstream{path, std::ios::binary} << text;
    ::chmod(path.c_str(), mode);
    return path;
  }
  static std::string failure() {
    const auto found = resolve_credentials(environment::paper);
    return found ? "(found)" : found.failure().context;
  }

  temporary_folder folder = *temporary_folder::make("bw-secrets-test");
};

TEST_F(secrets, the_simulation_needs_none) {
  const auto found = resolve_credentials(environment::sim);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->origin, "simulation");
}

TEST_F(secrets, none_at_all_says_what_to_set) {
  EXPECT_THAT(failure(), HasSubstr("set APCA_API_KEY_ID or APCA_API_KEY_ID_FILE"));
}

TEST_F(secrets, the_stronger_place_wins) {
  set("ALPACA_API_KEY", "KEYFROMOTHERSPELLING");
  set("ALPACA_SECRET_KEY", "secretfromotherspelling1");
  EXPECT_EQ(resolve_credentials(environment::paper)->key_id, "KEYFROMOTHERSPELLING");
  set("APCA_API_KEY_ID", "KEYFROMENVIRONMENT");
  set("APCA_API_SECRET_KEY", "secretfromenvironment1");
  EXPECT_EQ(resolve_credentials(environment::paper)->key_id, "KEYFROMENVIRONMENT");
  EXPECT_EQ(resolve_credentials(environment::paper)->origin, "environment");
  set("APCA_API_KEY_ID_FILE", file("id", "KEYFROMFILE123\n"));
  set("APCA_API_SECRET_KEY_FILE", file("key", std::string{secret_key} + "\r\n"));
  const auto from_file = resolve_credentials(environment::paper);
  ASSERT_TRUE(from_file);
  EXPECT_EQ(from_file->key_id, "KEYFROMFILE123");
  EXPECT_EQ(from_file->secret_key.reveal(), secret_key);
  EXPECT_THAT(from_file->origin, HasSubstr("file "));
  // systemd's access lists show as group bits: mode 0440 is what its files have.
  file("alpaca_key_id", "KEYFROMSYSTEMD", 0440);
  file("alpaca_secret_key", "secretfromsystemd1", 0440);
  set("CREDENTIALS_DIRECTORY", folder.path().string());
  const auto from_systemd = resolve_credentials(environment::paper);
  ASSERT_TRUE(from_systemd);
  EXPECT_EQ(from_systemd->key_id, "KEYFROMSYSTEMD");
  EXPECT_EQ(from_systemd->origin, "systemd credential");
}

TEST_F(secrets, what_cannot_be_a_credential_is_refused_by_the_name_of_its_place) {
  for (const std::string bad : {"your-key-id", "short", "XXXXXXXXXXXX", "with blanks in it",
                                "CHANGEME-please", "quoted\"value\"123"}) {
    clear();
    set("APCA_API_KEY_ID", bad);
    set("APCA_API_SECRET_KEY", secret_key);
    EXPECT_THAT(failure(), HasSubstr("APCA_API_KEY_ID: the credential is empty, a placeholder"));
    EXPECT_THAT(failure(), Not(HasSubstr(bad)));
  }
}

TEST_F(secrets, a_file_that_others_may_read_is_refused) {
  for (const mode_t mode : {0640, 0604, 0660, 0644}) {
    set("APCA_API_KEY_ID_FILE", file("id", key_id, mode));
    EXPECT_THAT(failure(), HasSubstr("others may read it; run chmod 600"));
    EXPECT_THAT(failure(), HasSubstr("APCA_API_KEY_ID_FILE"));
  }
}

TEST_F(secrets, files_that_are_no_credential_are_refused) {
  set("APCA_API_SECRET_KEY", secret_key);
  set("APCA_API_KEY_ID_FILE", (folder.path() / "missing").string());
  EXPECT_THAT(failure(), HasSubstr("cannot be read"));
  set("APCA_API_KEY_ID_FILE", folder.path().string());
  EXPECT_THAT(failure(), HasSubstr("cannot be read"));
  set("APCA_API_KEY_ID_FILE", file("large", std::string(4097, 'A')));
  EXPECT_THAT(failure(), HasSubstr("larger than 4 KiB"));
  set("APCA_API_KEY_ID_FILE", file("empty", "\n"));
  EXPECT_THAT(failure(), HasSubstr("the credential is empty"));
}

TEST_F(secrets, no_error_shows_a_value) {
  set("APCA_API_KEY_ID", key_id);
  EXPECT_THAT(failure(), Not(HasSubstr("CANARY")));
  set("APCA_API_SECRET_KEY", std::string{secret_key} + " and more");
  EXPECT_THAT(failure(), Not(HasSubstr("CANARY")));
  set("APCA_API_KEY_ID_FILE", file("id", key_id, 0644));
  EXPECT_THAT(failure(), Not(HasSubstr("CANARY")));
}

TEST_F(secrets, the_environment_must_not_mean_another_account) {
  const struct {
    const char* name;
    const char* value;
    environment mode;
    bool agrees;
  } rows[] = {
      {"TRADING_MODE", "paper", environment::paper, true},
      {"TRADING_MODE", "live", environment::paper, false},
      {"TRADING_MODE", "paper", environment::live, false},
      {"TRADING_MODE", "live", environment::sim, true},
      {"ALPACA_BASE_URL", "https://paper-api.alpaca.markets", environment::paper, true},
      {"ALPACA_BASE_URL", "https://paper-api.alpaca.markets/v2", environment::paper, true},
      {"ALPACA_BASE_URL", "https://api.alpaca.markets", environment::paper, false},
      {"APCA_API_BASE_URL", "https://api.alpaca.markets", environment::live, true},
      {"APCA_API_BASE_URL", "https://paper-api.alpaca.markets.evil.example", environment::paper,
       false},
      {"APCA_API_BASE_URL", "https://elsewhere.example", environment::live, false},
  };
  for (const auto& row : rows) {
    clear();
    set(row.name, row.value);
    const auto checked = check_environment(row.mode);
    EXPECT_EQ(checked.ok(), row.agrees) << row.name << "=" << row.value;
    EXPECT_TRUE(checked || checked.code() == ec::halted);
  }
}

TEST(secret_form, keys_are_told_from_words) {
  const struct {
    const char* text;
    bool secret;
  } rows[] = {{"PKABCDEFGHIJKLMN1234", true},
              {"error near 'AKABCDEFGHIJKLMN1234'", true},
              {"0123456789012345678901234567890123456789", false},
              {"internationalization_of_everything", false},
              {"paper", false},
              {"", false}};
  for (const auto& row : rows) EXPECT_EQ(looks_like_secret(row.text), row.secret) << row.text;
  EXPECT_TRUE(names_secret("broker.API_KEY"));
  EXPECT_TRUE(names_secret("alpaca_secret"));
  EXPECT_FALSE(names_secret("risk.max_qty"));
}

TEST(secret_form, error_texts_stay_on_their_line) {
  EXPECT_EQ(printable("a\nb\x1b[31m", 40), "a?b?[31m");
  EXPECT_EQ(printable("abcdef", 3), "abc...");
}

}  // namespace
}  // namespace bw
