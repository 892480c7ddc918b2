#include "net/io_loop.hpp"

#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace bw::net {
namespace {

namespace asio = boost::asio;

using steady_timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                                asio::wait_traits<std::chrono::steady_clock>,
                                                asio::io_context::executor_type>;

/// What is to be called, apart from the timer: it outlives a handle that is dropped by its own
/// call.
struct pending_call {
  std::function<void()> work;
  std::atomic<bool> cancelled{false};
};

class asio_timer final : public io_loop::timer {
 public:
  asio_timer(asio::io_context& context, nanoseconds delay, std::function<void()> work)
      : timer_(context), call_(std::make_shared<pending_call>()) {
    call_->work = std::move(work);
    timer_.expires_after(delay);
    timer_.async_wait([call = call_](const boost::system::error_code& failed) {
      if (!failed && !call->cancelled.load(std::memory_order_acquire)) call->work();
    });
  }
  ~asio_timer() override { call_->cancelled.store(true, std::memory_order_release); }

  void cancel() override {
    call_->cancelled.store(true, std::memory_order_release);
    timer_.cancel();
  }

 private:
  steady_timer timer_;
  std::shared_ptr<pending_call> call_;
};

}  // namespace

struct io_loop::state {
  // One thread runs the loop, which lets Asio leave out wake-ups between handlers.
  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> guard{context.get_executor()};
};

io_loop::io_loop() : state_(std::make_unique<state>()) {}
io_loop::~io_loop() = default;

void io_loop::run() { state_->context.run(); }
void io_loop::stop() { state_->context.stop(); }

void io_loop::post(std::function<void()> work) { asio::post(state_->context, std::move(work)); }

std::shared_ptr<io_loop::timer> io_loop::after(nanoseconds delay, std::function<void()> work) {
  return std::make_shared<asio_timer>(state_->context, delay, std::move(work));
}

boost::asio::io_context& io_loop::context() { return state_->context; }

}  // namespace bw::net
