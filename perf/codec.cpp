// From a frame's text to the event's struct, for each of Alpaca's messages.

#include <CLI/CLI.hpp>

#include <iostream>

#include "core/exit_code.hpp"
#include "core/prng.hpp"
#include "feeds/alpaca_data_codec.hpp"
#include "perf/commands.hpp"
#include "perf/result_page.hpp"
#include "perf/workload.hpp"

namespace bw::perf {
namespace {

/// So many different frames that the branch predictor cannot learn them by heart.
constexpr std::size_t frames_different = 4'096;
/// Frames between two stamps: a stamp costs a quarter of what a frame does.
constexpr std::size_t frames_a_sample = 64;
constexpr std::size_t symbols_known = 100;

struct counting_handler final : market_frame_handler {
  void on_event(const market_event&) override { ++events; }
  void on_control(const stream_control&) override {}
  std::uint64_t events = 0;
};

/// Text by text in one buffer, each with the codec's padding behind it.
struct frame_set {
  std::string bytes;
  std::vector<std::pair<std::size_t, std::size_t>> places;
  std::size_t messages_a_frame = 1;

  void add(const std::string& text) {
    places.emplace_back(bytes.size(), text.size());
    bytes += text;
    bytes.append(64 - bytes.size() % 64, ' ');
  }
};

std::string cents(std::int64_t value) {
  const auto rest = std::to_string(value % 100);
  return std::to_string(value / 100) + (rest.size() == 1 ? ".0" : ".") + rest;
}

std::string time_text(prng& chance) {
  return format_rfc3339(measured_start() + nanoseconds{chance.between(1, 3'000'000'000'000)});
}

using message_form = std::string (*)(const std::string& symbol, prng& chance);

std::string quote_text(const std::string& symbol, prng& chance) {
  const auto bid = chance.between(1'000, 90'000);
  return R"({"T":"q","S":")" + symbol + R"(","bx":"V","bp":)" + cents(bid) + R"(,"bs":)" +
         std::to_string(chance.between(1, 40)) + R"(,"ax":"Q","ap":)" +
         cents(bid + chance.between(1, 9)) + R"(,"as":)" + std::to_string(chance.between(1, 40)) +
         R"(,"c":["R"],"z":"C","t":")" + time_text(chance) + R"("})";
}

std::string trade_text(const std::string& symbol, prng& chance) {
  return R"({"T":"t","S":")" + symbol + R"(","i":)" +
         std::to_string(chance.between(1, 90'000'000)) + R"(,"x":"V","p":)" +
         cents(chance.between(1'000, 90'000)) + R"(,"s":)" +
         std::to_string(chance.between(1, 900)) + R"(,"c":["@"],"z":"C","t":")" +
         time_text(chance) + R"("})";
}

std::string bar_text(const std::string& symbol, prng& chance) {
  const auto close = chance.between(1'000, 90'000);
  return R"({"T":"b","S":")" + symbol + R"(","o":)" + cents(close) + R"(,"h":)" + cents(close + 5) +
         R"(,"l":)" + cents(close - 5) + R"(,"c":)" + cents(close) + R"(,"v":)" +
         std::to_string(chance.between(100, 90'000)) + R"(,"t":"2026-03-10T14:31:00Z","n":)" +
         std::to_string(chance.between(1, 400)) + R"(,"vw":)" + cents(close) + "}";
}

std::string status_text(const std::string& symbol, prng& chance) {
  return R"({"T":"s","S":")" + symbol +
         R"(","sc":"T","sm":"Trading Resumption","rc":"","rm":"","t":")" + time_text(chance) +
         R"(","z":"C"})";
}

frame_set make_frames(const symbol_list& symbols, message_form form, std::size_t messages) {
  prng chance{20260310};
  frame_set out;
  out.messages_a_frame = messages;
  for (std::size_t k = 0; k < frames_different; ++k) {
    std::string text = "[";
    for (std::size_t m = 0; m < messages; ++m) {
      if (m > 0) text += ',';
      text += form(symbols[static_cast<std::size_t>(chance.below(symbols.size()))], chance);
    }
    out.add(text + "]");
  }
  out.bytes.append(alpaca_data_codec::padding, ' ');
  return out;
}

/// Nanoseconds a message.
result_row measure(const char* name, const symbol_list& symbols, message_form form,
                   std::size_t messages, std::size_t samples, std::vector<std::string>& invalid) {
  const system_clock time;
  const auto frames = make_frames(symbols, form, messages);
  alpaca_data_codec codec{symbols};
  counting_handler handler;
  latency_samples out{samples};
  const auto divisor = static_cast<std::int64_t>(frames_a_sample * messages);
  std::size_t next = 0;
  std::size_t bytes = 0;
  bool ok = true;
  for (std::size_t k = 0; k < samples + samples / 10; ++k) {
    const auto began = time.mono_now();
    for (std::size_t n = 0; n < frames_a_sample; ++n) {
      const auto [at, size] = frames.places[next];
      ok = codec.decode({frames.bytes.data() + at, size}, began, handler).ok() && ok;
      next = (next + 1) % frames.places.size();
      bytes += size;
    }
    const auto took = (time.mono_now() - began).count();
    if (k >= samples / 10) out.add(took / divisor);
  }
  const auto expected = (samples + samples / 10) * frames_a_sample * messages;
  if (!ok || handler.events != expected)
    invalid.push_back(std::string{name} + ": not every message was read");
  result_row row;
  row.name = name;
  row.latency = out.summary();
  row.per_second = 1e9 / static_cast<double>(std::max<std::int64_t>(row.latency.p50_ns, 1));
  row.figures = {{"bytes", static_cast<double>(bytes) / static_cast<double>(expected)},
                 {"messages_a_frame", static_cast<double>(messages)}};
  return row;
}

int run(const common_options& options) {
  result_page page;
  page.command = "codec";
  page.environment = look_around(std::filesystem::temp_directory_path());
  page.settings = {{"symbols", std::to_string(symbols_known)},
                   {"samples_are_means_of_frames", std::to_string(frames_a_sample)}};
  symbol_list symbols;
  for (std::size_t k = 0; k < symbols_known; ++k) symbols.push_back("SY" + std::to_string(100 + k));
  const disturbance_meter meter;
  const std::size_t samples = options.smoke ? 200 : 20'000;
  const auto add = [&](const char* name, message_form form, std::size_t messages) {
    page.rows.push_back(
        measure(name, symbols, form, messages, samples / messages + 100, page.invalid));
  };
  add("quote", quote_text, 1);
  add("trade", trade_text, 1);
  add("minute bar", bar_text, 1);
  add("status", status_text, 1);
  add("quotes, 20 a frame", quote_text, 20);
  page.disturbed = meter.read();
  return finish(page, options.json);
}

}  // namespace

void add_codec(CLI::App& program, common_options& options, chosen_measurement& chosen) {
  auto* command = program.add_subcommand("codec", "Each of Alpaca's messages, from text to struct");
  command->callback([&options, &chosen] { chosen = [&options] { return run(options); }; });
}

}  // namespace bw::perf
