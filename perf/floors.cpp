#include "perf/floors.hpp"

#include <fcntl.h>
#include <immintrin.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <thread>

#include "core/bounded_queue.hpp"
#include "perf/audit_load.hpp"
#include "storage/rocksdb_audit_log.hpp"
#include "storage/temporary_folder.hpp"

namespace bw::perf {
namespace {

constexpr std::size_t small_message = 160;

template <class Step>
latency_summary time_each(const clock& time, std::size_t rounds, Step step) {
  latency_samples out{rounds};
  for (std::size_t k = 0; k < rounds; ++k) {
    const auto began = time.mono_now();
    step();
    out.add((time.mono_now() - began).count());
  }
  return out.summary();
}

/// Two connected sockets of this machine.
struct loopback_pair {
  int here = -1;
  int there = -1;
  ~loopback_pair() {
    if (here >= 0) ::close(here);
    if (there >= 0) ::close(there);
  }
};

bool connect_loopback(loopback_pair& out) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  bool ok = listener >= 0 && ::bind(listener, any, sizeof address) == 0 &&
            ::listen(listener, 1) == 0 && ::getsockname(listener, any, &size) == 0;
  if (ok) {
    out.here = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ok = ::connect(out.here, any, size) == 0;
    out.there = ok ? ::accept(listener, nullptr, nullptr) : -1;
  }
  if (listener >= 0) ::close(listener);
  const int yes = 1;
  for (const int each : {out.here, out.there})
    ok = ok && ::setsockopt(each, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) == 0;
  return ok;
}

/// Reads a whole message; false when the peer has gone.
bool read_message(int socket, int flags) {
  std::array<char, small_message> bytes;
  for (std::size_t have = 0; have < bytes.size();) {
    const auto got = ::recv(socket, bytes.data() + have, bytes.size() - have, flags);
    if (got > 0)
      have += static_cast<std::size_t>(got);
    else if (got == 0 || (errno != EAGAIN && errno != EINTR))
      return false;
  }
  return true;
}

bool write_message(int socket) {
  const std::array<char, small_message> bytes{};
  return ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
         static_cast<ssize_t>(bytes.size());
}

result_row loopback_row(const clock& time, const char* name, int flags, std::size_t rounds) {
  result_row out;
  out.name = name;
  loopback_pair pair;
  if (!connect_loopback(pair)) return out;
  std::thread echo{[&pair, flags] {
    while (read_message(pair.there, flags) && write_message(pair.there)) {
    }
  }};
  out.latency = time_each(time, rounds, [&] {
    write_message(pair.here);
    read_message(pair.here, flags);
  });
  ::shutdown(pair.here, SHUT_RDWR);
  echo.join();
  return out;
}

result_row queue_row(const clock& time, std::size_t rounds) {
  struct payload {
    std::array<char, 64> bytes;
  };
  bounded_queue<payload> there{1'024};
  bounded_queue<payload> back{1'024};
  std::atomic<bool> over{false};
  std::thread echo{[&] {
    payload x{};
    while (!over.load(std::memory_order_relaxed))
      if (there.try_pop(x))
        back.try_push(x);
      else
        _mm_pause();
  }};
  result_row out;
  out.name = "F4 queue round trip, spinning";
  out.latency = time_each(time, rounds, [&] {
    payload x{};
    there.try_push(x);
    while (!back.try_pop(x)) _mm_pause();
  });
  over = true;
  echo.join();
  return out;
}

}  // namespace

std::vector<result_row> cheap_floors(const clock& time) {
  constexpr std::size_t rounds = 100'000;
  std::vector<result_row> out(1);
  out[0].name = "F0 stamp";
  out[0].latency = time_each(time, rounds, [] {});
  out.push_back(queue_row(time, rounds / 5));
  return out;
}

std::vector<result_row> loopback_floors(const clock& time, std::size_t rounds) {
  return {loopback_row(time, "F1s loopback round trip, spinning", MSG_DONTWAIT, rounds),
          loopback_row(time, "F1b loopback round trip, blocking", 0, rounds)};
}

result<std::vector<result_row>> disk_floors(const clock& time, const std::filesystem::path& folder,
                                            std::size_t rounds) {
  auto made = temporary_folder::make((folder / "bw-perf-disk").string());
  if (!made) return made.failure();
  std::vector<result_row> out(3);
  const auto file = made->path() / "growing";
  const int descriptor = ::open(file.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  if (descriptor < 0) return {ec::io_failed, "no file can be made in " + made->path().string()};
  out[0].name = "F6 growing file, 256 bytes + fdatasync";
  const std::array<char, 256> bytes{};
  out[0].latency = time_each(time, rounds, [&] {
    if (::write(descriptor, bytes.data(), bytes.size()) < 0 || ::fdatasync(descriptor) != 0) return;
  });
  ::close(descriptor);
  auto log = open_audit_log({.folder = made->path() / "audit"}, 1);
  if (!log) return log.failure();
  const order_records order;
  const auto write = [&](sync_mode sync) {
    return [&, sync] { (void)(*log)->append(order.entries(), sync); };
  };
  out[1].name = "F6 audit log, an order's records, synced";
  out[1].latency = time_each(time, rounds, write(sync_mode::yes));
  out[2].name = "F3 audit log, an order's records, unsynced";
  out[2].latency = time_each(time, rounds * 20, write(sync_mode::no));
  return out;
}

}  // namespace bw::perf
