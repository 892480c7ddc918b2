#pragma once

#include <functional>
#include <iostream>
#include <memory>
#include <string>

#include "app/broker_reads.hpp"
#include "app/cli.hpp"
#include "app/record_output.hpp"
#include "core/json_writer.hpp"

namespace bw {

/// What every command below `broker` shares while it runs.
class broker_question {
 public:
  broker_question(const common_flags& flags, broker_reads& reads) : flags_(flags), reads_(reads) {}

  broker_reads& reads() { return reads_; }
  account_desk& account() { return reads_.account(); }
  market_desk& market() { return reads_.market(); }

  int failed(const error& why) const { return fail(flags_, broker_failure(why)); }

  /// One record: {"schema_version":1,"<key>":{…}} or its fields line by line.
  template <class Record>
  int show(std::string_view key, const result<Record>& answer) const {
    if (!answer) return failed(answer.failure());
    if (!flags_.json) return end(record_lines(*answer));
    return end_json(
        key, [&](json_writer& out) { write_record(out, *answer); }, false);
  }

  template <class Record>
  int show_list(std::string_view key, const result<std::vector<Record>>& answer,
                std::initializer_list<record_column> columns) const {
    if (!answer) return failed(answer.failure());
    return show_rows(key, *answer, false, columns);
  }

  /// A list that may have been cut at the number of rows that was asked for.
  template <class Record>
  int show_page(std::string_view key, const result<row_page<Record>>& answer,
                std::initializer_list<record_column> columns) const {
    if (!answer) return failed(answer.failure());
    return show_rows(key, answer->rows, !answer->next_token.empty(), columns);
  }

  template <class Write>
  int end_json(std::string_view key, Write write, bool more) const {
    json_writer out;
    out.begin_object().member("schema_version", 1).key(key);
    write(out);
    out.member("more", more).end_object();
    return end(out.take() + "\n");
  }
  /// Prints the answer; what of it is not known is told on stderr.
  int end(const std::string& text) const {
    std::cout << text << std::flush;
    if (!flags_.quiet)
      for (const auto& name : reads_.unknown())
        std::cerr << "bellwether: the broker's answer holds what this version does not know: "
                  << name << '\n';
    return static_cast<int>(exit_code::ok);
  }
  bool json() const { return flags_.json; }
  void note_more(bool more) const {
    if (more && !flags_.quiet) std::cerr << "bellwether: there are more rows; raise --limit\n";
  }

 private:
  template <class Record>
  int show_rows(std::string_view key, const std::vector<Record>& rows, bool more,
                std::initializer_list<record_column> columns) const {
    if (flags_.json)
      return end_json(
          key, [&](json_writer& out) { write_records(out, rows); }, more);
    note_more(more);
    return end(rows.empty() ? "none\n" : record_table_text(rows, columns));
  }

  const common_flags& flags_;
  broker_reads& reads_;
};

/// How a command is added below `broker`: its place, the flags, and where it says what to do.
struct broker_group {
  CLI::App& command;
  common_flags& flags;
  chosen_command& chosen;
  std::shared_ptr<broker_choice> where;

  /// Adds a command; `work` runs with the broker open.
  CLI::App& add(const char* name, const char* text, const char* example,
                std::function<int(broker_question&)> work) const;
};

void add_broker_trading(const broker_group& group);
void add_broker_market(const broker_group& group);

}  // namespace bw
