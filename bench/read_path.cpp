// From the bytes of a getCDR answer to "nothing new": what most polls cost beyond the network.

#include <string>

#include <benchmark/benchmark.h>

#include "app/watch/account_memory.h"
#include "http/client.h"
#include "parse_only.h"
#include "voipms/answer.h"

namespace sms_notifier {
namespace {

/// An answer with that many inbound rows of one day, shaped as the provider writes them
/// (docs/provider/calls.md, "Row fields").
std::string body_with_rows(int rows) {
  std::string body = R"({"status":"success","cdr":[)";
  for (int n = 0; n < rows; ++n) {
    const std::string digits = std::to_string(1'000'000 + n);
    if (n > 0) body += ',';
    body +=
        R"({"date":"2026-09-15 1)" + std::to_string(n % 10) + R"(:03:10","callerid":"\"CALLER NAME\" <555)" +
        digits +
        R"(>","destination":"4165550100","description":"Inbound DID","account":"100001","disposition":"NO ANSWER",)"
        R"("duration":"00:00:00","seconds":"0","rate":"0.00900000","total":"0.00000000","uniqueid":"48)" +
        digits +
        R"(","destination_type":"IN:CAN","call_logs":"Routing to sub-account: 100001_desk","ip":"","useragent":""})";
  }
  return body + "]}";
}

http::Outcome outcome(const std::string& body) {
  constexpr std::size_t parser_padding = 64;
  http::ReceivedResponse reply{200, {}};
  reply.body.reserve(body.size() + parser_padding);
  reply.body = body;
  return reply;
}

void all_rows_seen(benchmark::State& state) {
  const std::string body = body_with_rows(static_cast<int>(state.range(0)));
  const http::Outcome answer = outcome(body);
  voipms::AnswerReader reader;
  app::AccountMemory memory;
  memory.start_poll(true);
  benchmark::DoNotOptimize(reader.calls(answer, memory));
  memory.keep_rows({});
  for (auto _ : state) {
    memory.start_poll(false);
    const auto calls = reader.calls(answer, memory);
    if (!calls || !calls->rows.empty()) state.SkipWithError("the rows should be known");
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * body.size()));
}
BENCHMARK(all_rows_seen)->Arg(10)->Arg(100)->Arg(1000)->Arg(5000)->Unit(benchmark::kMicrosecond);

void all_rows_new(benchmark::State& state) {
  const std::string body = body_with_rows(static_cast<int>(state.range(0)));
  const http::Outcome answer = outcome(body);
  voipms::AnswerReader reader;
  for (auto _ : state) {
    app::AccountMemory memory;
    memory.start_poll(true);
    benchmark::DoNotOptimize(reader.calls(answer, memory));
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * body.size()));
}
BENCHMARK(all_rows_new)->Arg(10)->Arg(5000)->Unit(benchmark::kMicrosecond);

void parsing_alone_whole(benchmark::State& state) {
  const simdjson::padded_string body(body_with_rows(static_cast<int>(state.range(0))));
  simdjson::dom::parser parser;
  for (auto _ : state) bench::parse_whole(parser, body);
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * body.size()));
}
BENCHMARK(parsing_alone_whole)->Arg(10)->Arg(100)->Arg(1000)->Arg(5000)->Unit(benchmark::kMicrosecond);

void parsing_alone_fields(benchmark::State& state) {
  const simdjson::padded_string body(body_with_rows(static_cast<int>(state.range(0))));
  simdjson::ondemand::parser parser;
  for (auto _ : state) benchmark::DoNotOptimize(bench::parse_fields(parser, body));
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * body.size()));
}
BENCHMARK(parsing_alone_fields)->Arg(10)->Arg(100)->Arg(1000)->Arg(5000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace sms_notifier

BENCHMARK_MAIN();
