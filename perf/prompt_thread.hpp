#pragma once

namespace bw::perf {

/// Gives the calling thread real-time priority while it lives, when the machine lets it: a
/// generator that sleeps between its ticks wakes in time then, whoever else has work. Not for a
/// thread that never sleeps: the kernel stops such a one for a twentieth of each second.
class prompt_thread {
 public:
  explicit prompt_thread(bool wanted);
  prompt_thread(const prompt_thread&) = delete;
  prompt_thread& operator=(const prompt_thread&) = delete;
  ~prompt_thread();

  bool is_prompt() const { return is_prompt_; }

 private:
  bool is_prompt_ = false;
};

}  // namespace bw::perf
