#include "perf/prompt_thread.hpp"

#include <pthread.h>
#include <sched.h>

namespace bw::perf {

prompt_thread::prompt_thread(bool wanted) {
  if (!wanted) return;
  sched_param lowest{};
  lowest.sched_priority = sched_get_priority_min(SCHED_FIFO);
  is_prompt_ = pthread_setschedparam(pthread_self(), SCHED_FIFO, &lowest) == 0;
}

prompt_thread::~prompt_thread() {
  const sched_param usual{};
  if (is_prompt_) pthread_setschedparam(pthread_self(), SCHED_OTHER, &usual);
}

}  // namespace bw::perf
