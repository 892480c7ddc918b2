#include "storage/memory_audit_log.hpp"

#include <utility>

#include "storage/log_identity.hpp"
#include "storage/record_chain.hpp"

namespace bw {
namespace {

class memory_cursor final : public record_cursor {
 public:
  memory_cursor(const memory_audit_store& store, sequence_number from)
      : store_(store), next_(from.value) {}

  bool next(sequence_number& key, std::string_view& bytes) override {
    if (next_ > store_.records.size()) return false;
    key = sequence_number{next_};
    bytes = store_.records[next_ - 1];
    ++next_;
    return true;
  }
  result<void> status() const override { return {}; }

 private:
  const memory_audit_store& store_;
  std::uint64_t next_;
};

class memory_audit_log final : public audit_log {
 public:
  memory_audit_log(std::shared_ptr<memory_audit_store> store, sequence_number head, digest chain)
      : store_(std::move(store)),
        writer_(store_->log_id, store_->boot_no, head, chain),
        head_{store_->log_id, head, chain} {}

  result<sequence_number> append(std::span<const entry> entries, sync_mode) override {
    if (failed_) return log_is_closed();
    std::vector<std::string> group;
    for (const auto& next : entries) {
      const auto bytes = writer_.add(next);
      if (!bytes) {
        failed_ = true;
        return bytes.failure();
      }
      group.emplace_back(*bytes);
    }
    for (auto& record : group) store_->records.push_back(std::move(record));
    head_ = {head_.log_id, writer_.head(), writer_.chain()};
    return head_.sequence;
  }
  result<void> sync() override {
    if (failed_) return log_is_closed();
    return {};
  }

  sequence_number head() const override { return head_.sequence; }
  digest head_chain() const override { return head_.chain; }
  std::uint64_t boot_no() const override { return store_->boot_no; }
  std::uint64_t log_id() const override { return head_.log_id; }

  const merkle_tree* tree() const override { return writer_.tree(); }
  void continue_tree(merkle_tree tree) override { writer_.continue_tree(std::move(tree)); }

  result<void> read(sequence_number from,
                    const std::function<bool(const audit_record&)>& use) const override {
    const auto records = [this](sequence_number first) {
      return std::make_unique<memory_cursor>(*store_, first);
    };
    return read_chain(records, head_, from, use);
  }

 private:
  std::shared_ptr<memory_audit_store> store_;
  record_writer writer_;
  log_head head_;
  bool failed_ = false;
};

}  // namespace

result<std::unique_ptr<audit_log>> open_memory_audit_log(std::shared_ptr<memory_audit_store> store,
                                                         std::uint64_t seed) {
  if (store->log_id == 0) store->log_id = new_log_id(seed);
  digest chain{};
  const sequence_number head{store->records.size()};
  if (head.value != 0) {
    chain_checker checker{{store->log_id, {}, {}}, head};
    if (const auto failure = checker.take(head, store->records.back())) return as_error(*failure);
    chain = checker.chain();
  }
  ++store->boot_no;
  return std::unique_ptr<audit_log>{
      std::make_unique<memory_audit_log>(std::move(store), head, chain)};
}

std::unique_ptr<audit_log> open_memory_audit_log(std::uint64_t seed) {
  auto log = open_memory_audit_log(std::make_shared<memory_audit_store>(), seed);
  BW_ASSERT(log.ok(), "an empty log opens");
  return *std::move(log);
}

}  // namespace bw
