#include "domain/flatten_watch.hpp"

namespace bw {

void flatten_watch::begin(mono_ns now) {
  stage_ = flatten_stage::closing;
  since_ = now;
  again_at_ = now + options_.again_every;
  ask_at_ = now;
  flat_since_.reset();
}

void flatten_watch::queue() {
  if (stage_ == flatten_stage::none) stage_ = flatten_stage::queued;
}

bool flatten_watch::withdraw() {
  if (stage_ != flatten_stage::queued) return false;
  stage_ = flatten_stage::none;
  return true;
}

flatten_step flatten_watch::look(const flatten_scene& scene, mono_ns now) {
  flatten_step out;
  if (stage_ == flatten_stage::none) return out;
  if (stage_ == flatten_stage::queued) {
    if (!scene.market_open || !scene.books_known) return out;
    begin(now);
    out.close = true;
    return out;
  }
  if (scene.held > 0) {
    flat_since_.reset();
    if (scene.market_open && now >= again_at_) {
      again_at_ = now + options_.again_every;
      out.close = true;
    }
  } else {
    if (!flat_since_) flat_since_ = now;
    // A list that was asked for before the last execution may not know of it.
    if (scene.broker_asked > *flat_since_ && scene.broker_held == 0) {
      stage_ = flatten_stage::none;
      out.done = true;
      return out;
    }
    if (now >= ask_at_) {
      ask_at_ = now + options_.ask_every;
      out.ask_broker = true;
    }
  }
  if (stage_ == flatten_stage::closing && now - since_ >= options_.late_after) {
    stage_ = flatten_stage::late;
    out.late = true;
  }
  return out;
}

}  // namespace bw
