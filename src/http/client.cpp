#include "http/client.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <exception>
#include <optional>
#include <random>
#include <stdexcept>
#include <string_view>
#include <sys/socket.h>
#include <unistd.h>
#include <unordered_map>

#include <boost/asio/async_result.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <curl/curl.h>

#include "base/ensure.h"
#include "http/transfer.h"

namespace sms_notifier::http {
namespace {

namespace asio = boost::asio;
using std::chrono::steady_clock;

template <class Handler>
class WaiterOf final : public Waiter {
 public:
  WaiterOf(asio::io_context& loop, Handler handler) : Waiter(loop), handler_(std::move(handler)) {}
  void resume(Outcome outcome) override { std::move(handler_)(std::move(outcome)); }

 private:
  Handler handler_;
};

void start_libcurl_once() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK) throw std::runtime_error("libcurl cannot be initialised");
}

/// What separates the fields of a form: 128 bits by chance, so that no value contains it.
std::string random_boundary() {
  constexpr std::string_view digits = "0123456789abcdef";
  std::random_device chance;
  std::string boundary = "------------------------";
  for (int i = 0; i < 32; ++i) boundary += digits[chance() % digits.size()];
  return boundary;
}

/// Resumes the coroutine that waits for the outcome, later and from the loop itself: never from within
/// libcurl or this client.
void complete_on(asio::io_context& loop, std::unique_ptr<Waiter> waiter, Outcome outcome) {
  asio::post(loop, [waiter = std::move(waiter), outcome = std::move(outcome)]() mutable {
    waiter->resume(std::move(outcome));
  });
}

/// One of libcurl's descriptors on the loop.
struct Watch {
  Watch(asio::io_context& loop, curl_socket_t socket, bool connection_)
      : descriptor(loop, socket), connection(connection_) {}

  asio::posix::stream_descriptor descriptor;
  /// Opened through open_socket(): kept until close_socket(), because taking a descriptor out of the loop and
  /// putting it back for each request costs more than the request. The others are the resolver's, which
  /// closes them unasked.
  const bool connection;
  int wanted = 0;  ///< CURL_POLL_IN and CURL_POLL_OUT, or neither
  bool waits_to_read = false;
  bool waits_to_write = false;
};

}  // namespace

struct Client::State : std::enable_shared_from_this<Client::State> {
  /// A request that is not with libcurl yet.
  struct Waiting {
    FormPost request;
    std::unique_ptr<Waiter> waiter;
  };

  State(asio::io_context& loop_, ClientOptions options_)
      : loop(loop_), options(std::move(options_)), timer(loop_) {
    base::ensure(options.in_flight_max > 0, "an HTTP client needs room for one request");
    start_libcurl_once();
    multi.reset(curl_multi_init());
    share.reset(curl_share_init());
    headers.reset(curl_slist_append(nullptr, "Expect:"));
    const std::string type = "Content-Type: multipart/form-data; boundary=" + boundary;
    if (!multi || !share || !headers || !curl_slist_append(headers.get(), type.c_str()))
      throw std::runtime_error("libcurl cannot be initialised");
    curl_share_setopt(share.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
    curl_multi_setopt(multi.get(), CURLMOPT_PIPELINING, CURLPIPE_NOTHING);
    curl_multi_setopt(multi.get(), CURLMOPT_MAXCONNECTS, static_cast<long>(options.in_flight_max));
    curl_multi_setopt(multi.get(), CURLMOPT_SOCKETFUNCTION, &State::watch_socket);
    curl_multi_setopt(multi.get(), CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi.get(), CURLMOPT_TIMERFUNCTION, &State::set_timer);
    curl_multi_setopt(multi.get(), CURLMOPT_TIMERDATA, this);
  }

  // The loop's side.

  /// A request arrives; it starts now or waits for its turn.
  void enqueue(FormPost request, std::unique_ptr<Waiter> waiter) {
    if (closed) {
      complete(std::move(waiter), Failure{Failure::Kind::Aborted, false, "shut down before it was sent"});
      return;
    }
    // A text is claimed by the time it comes here: it does not wait behind polls.
    if (request.fresh_connection) {
      start({std::move(request), std::move(waiter)});
      return;
    }
    if (repeatable_ended) {
      complete(std::move(waiter), Failure{Failure::Kind::Aborted, false, "shut down before it was sent"});
      return;
    }
    waiting.push_back({std::move(request), std::move(waiter)});
    start_waiting();
  }

  void start_waiting() {
    while (!waiting.empty() && busy < options.in_flight_max) {
      Waiting next = std::move(waiting.front());
      waiting.pop_front();
      start(std::move(next));
    }
  }

  void start(Waiting next) {
    Transfer* transfer = nullptr;
    std::string error;
    try {
      transfer = &idle_transfer();
      prepare(*transfer, next.request, boundary);
      const CURLMcode added = curl_multi_add_handle(multi.get(), transfer->easy.get());
      if (added != CURLM_OK) error = curl_multi_strerror(added);
    } catch (const std::exception& failed) {
      error = failed.what();
    }
    if (!error.empty()) {
      if (transfer) idle.push_back(transfer);
      complete(std::move(next.waiter), Failure{Failure::Kind::NotConnected, false, std::move(error)});
      return;
    }
    transfer->waiter = std::move(next.waiter);
    transfer->busy = true;
    ++busy;
  }

  Transfer& idle_transfer() {
    if (!idle.empty()) {
      Transfer& transfer = *idle.back();
      idle.pop_back();
      return transfer;
    }
    auto transfer = std::make_unique<Transfer>(spare);
    transfer->easy.reset(curl_easy_init());
    if (!transfer->easy) throw std::runtime_error("libcurl has no memory for another request");
    set_lasting_options(*transfer, options, share.get(), headers.get());
    set_option(transfer->easy.get(), CURLOPT_OPENSOCKETFUNCTION, &State::open_socket);
    set_option(transfer->easy.get(), CURLOPT_OPENSOCKETDATA, this);
    set_option(transfer->easy.get(), CURLOPT_CLOSESOCKETFUNCTION, &State::close_socket);
    set_option(transfer->easy.get(), CURLOPT_CLOSESOCKETDATA, this);
    transfers.push_back(std::move(transfer));
    idle.reserve(transfers.size());
    return *transfers.back();
  }

  /// Takes the transfer back from libcurl; its outcome is the caller's to make first.
  std::unique_ptr<Waiter> release(Transfer& transfer) {
    curl_multi_remove_handle(multi.get(), transfer.easy.get());
    curl_easy_setopt(transfer.easy.get(), CURLOPT_POSTFIELDS, nullptr);
    transfer.form = {};  // with the fields' values
    transfer.may_leave = {};
    transfer.busy = false;
    --busy;
    idle.push_back(&transfer);
    return std::move(transfer.waiter);
  }

  void complete(std::unique_ptr<Waiter> waiter, Outcome outcome) {
    complete_on(loop, std::move(waiter), std::move(outcome));
  }

  /// After each action of libcurl: hands over what has ended and starts what waits.
  void finish_done() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      Transfer* transfer = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer);
      Outcome outcome = outcome_of(*transfer, message->data.result);
      complete(release(*transfer), std::move(outcome));
    }
    start_waiting();
  }

  void end_repeatable() {
    repeatable_ended = true;
    abort_those([](const Transfer& transfer) { return transfer.repeatable; });
  }

  void abort_all() {
    abort_those([](const Transfer&) { return true; });
  }

  /// Requests that wait for their turn are all repeatable ones.
  template <class Chosen>
  void abort_those(Chosen chosen) {
    for (Waiting& request : std::exchange(waiting, {})) {
      complete(std::move(request.waiter),
               Failure{Failure::Kind::Aborted, false, "aborted before it was sent"});
    }
    for (const auto& transfer : transfers) {
      if (!transfer->busy || !chosen(*transfer)) continue;
      Failure failure{Failure::Kind::Aborted, may_have_been_sent(transfer->easy.get(), transfer->tls),
                      "aborted"};
      complete(release(*transfer), std::move(failure));
    }
  }

  /// Nothing of libcurl or of the loop is used any more afterwards, although parts of the loop may still
  /// refer to this.
  void close() {
    abort_all();
    closed = true;
    timer.cancel();
    transfers.clear();
    idle.clear();
    multi.reset();  // closes the kept connections
    watches.clear();
  }

  // Readiness.

  void wait_for(const std::shared_ptr<Watch>& watch) {
    if ((watch->wanted & CURL_POLL_IN) && !watch->waits_to_read) {
      watch->waits_to_read = true;
      watch->descriptor.async_wait(asio::posix::descriptor_base::wait_read,
                                   [self = weak_from_this(), watch](const boost::system::error_code& error) {
                                     watch->waits_to_read = false;
                                     if (auto state = self.lock())
                                       state->on_ready(watch, CURL_POLL_IN, CURL_CSELECT_IN, error);
                                   });
    }
    if ((watch->wanted & CURL_POLL_OUT) && !watch->waits_to_write) {
      watch->waits_to_write = true;
      watch->descriptor.async_wait(asio::posix::descriptor_base::wait_write,
                                   [self = weak_from_this(), watch](const boost::system::error_code& error) {
                                     watch->waits_to_write = false;
                                     if (auto state = self.lock())
                                       state->on_ready(watch, CURL_POLL_OUT, CURL_CSELECT_OUT, error);
                                   });
    }
  }

  void on_ready(const std::shared_ptr<Watch>& watch, int direction, int event,
                const boost::system::error_code& error) {
    // A descriptor that was let go wants nothing; its number may belong to another connection by now.
    if (closed || !(watch->wanted & direction)) return;
    act(watch->descriptor.native_handle(), error ? CURL_CSELECT_ERR : event);
    if (!closed) wait_for(watch);
  }

  void act(curl_socket_t socket, int events) {
    int running = 0;
    curl_multi_socket_action(multi.get(), socket, events, &running);
    finish_done();
  }

  // Time. Most of libcurl's deadlines are replaced by later ones before they come; so the timer is only
  // touched when it would fire too late, and looks again at the deadline when it fires.

  void arm_timer() {
    timer_armed_for = *deadline;
    timer.expires_at(*deadline);
    timer.async_wait([self = weak_from_this()](const boost::system::error_code& error) {
      auto state = self.lock();
      if (!error && state && !state->closed) state->on_timer();
    });
  }

  void on_timer() {
    timer_armed_for.reset();
    if (!deadline) return;
    if (*deadline > steady_clock::now()) {
      arm_timer();
      return;
    }
    deadline.reset();
    act(CURL_SOCKET_TIMEOUT, 0);
  }

  // libcurl's side: called from within its functions, so none of these may call it, complete a request or
  // throw.

  static int watch_socket(CURL*, curl_socket_t socket, int what, void* self, void*) noexcept try {
    State& state = *static_cast<State*>(self);
    auto found = state.watches.find(socket);
    if (what == CURL_POLL_REMOVE) {
      if (found == state.watches.end()) return 0;
      found->second->wanted = 0;
      if (!found->second->connection) state.let_go(found);
      return 0;
    }
    if (found == state.watches.end()) {
      found = state.watches.emplace(socket, std::make_shared<Watch>(state.loop, socket, false)).first;
    }
    found->second->wanted = what;
    state.wait_for(found->second);
    return 0;
  } catch (const std::exception&) {
    // Only the resolver's descriptors are put on the loop here. Without one the look-up runs into its
    // time-out, with nothing sent; an error told to libcurl would end all other requests, too.
    return 0;
  }

  static int set_timer(CURLM*, long timeout_ms, void* self) noexcept try {
    State& state = *static_cast<State*>(self);
    state.deadline.reset();
    if (timeout_ms < 0) return 0;
    if (timeout_ms == 0) {
      if (std::exchange(state.action_posted, true)) return 0;
      asio::post(state.loop, [weak = state.weak_from_this()] {
        auto alive = weak.lock();
        if (!alive || alive->closed) return;
        alive->action_posted = false;
        alive->act(CURL_SOCKET_TIMEOUT, 0);
      });
      return 0;
    }
    state.deadline = steady_clock::now() + std::chrono::milliseconds{timeout_ms};
    if (!state.timer_armed_for || *state.deadline < *state.timer_armed_for) state.arm_timer();
    return 0;
  } catch (const std::exception&) {
    return -1;
  }

  static curl_socket_t open_socket(void* self, curlsocktype, curl_sockaddr* address) noexcept {
    State& state = *static_cast<State*>(self);
    const int socket = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
    if (socket < 0) return CURL_SOCKET_BAD;
    try {
      state.watches[socket] = std::make_shared<Watch>(state.loop, socket, true);
      return socket;
    } catch (const std::exception&) {
      state.watches.erase(socket);
      ::close(socket);
      return CURL_SOCKET_BAD;
    }
  }

  static int close_socket(void* self, curl_socket_t socket) noexcept {
    State& state = *static_cast<State*>(self);
    if (auto found = state.watches.find(socket); found != state.watches.end()) state.let_go(found);
    return ::close(socket);
  }

  using Watches = std::unordered_map<curl_socket_t, std::shared_ptr<Watch>>;

  /// Takes the descriptor off the loop without closing it.
  void let_go(Watches::iterator found) {
    found->second->wanted = 0;
    found->second->descriptor.release();
    watches.erase(found);
  }

  asio::io_context& loop;
  const ClientOptions options;
  const std::string boundary = random_boundary();

  // In this order, because what stands below uses what stands above it, to its end.
  Watches watches;
  Headers headers;
  Share share;  ///< TLS sessions; the multi handle itself keeps names and connections
  Multi multi;
  SpareBodies spare;
  std::vector<std::unique_ptr<Transfer>> transfers;

  std::vector<Transfer*> idle;
  std::size_t busy = 0;
  std::deque<Waiting> waiting;

  asio::steady_timer timer;
  std::optional<steady_clock::time_point> deadline;         ///< when libcurl wants to be called
  std::optional<steady_clock::time_point> timer_armed_for;  ///< when the timer fires; not after the deadline
  bool action_posted = false;
  bool repeatable_ended = false;
  bool closed = false;
};

Client::Client(asio::io_context& loop, ClientOptions options)
    : state_(std::make_shared<State>(loop, std::move(options))) {}

Client::~Client() {
  state_->close();
}

base::task<Outcome> Client::post(FormPost request) {
  return asio::async_initiate<const asio::use_awaitable_t<>, void(Outcome)>(
      [weak = std::weak_ptr<State>(state_), &loop = state_->loop](auto handler, FormPost asked) {
        std::unique_ptr<Waiter> waiter =
            std::make_unique<WaiterOf<decltype(handler)>>(loop, std::move(handler));
        if (auto state = weak.lock()) {
          state->enqueue(std::move(asked), std::move(waiter));
        } else {
          complete_on(loop, std::move(waiter),
                      Failure{Failure::Kind::Aborted, false, "shut down before it was sent"});
        }
      },
      asio::use_awaitable, std::move(request));
}

void Client::end_repeatable() {
  state_->end_repeatable();
}

void Client::abort_all() {
  state_->abort_all();
}

void Client::reuse(std::string body) {
  state_->spare.keep(std::move(body));
}

std::size_t Client::in_flight() const {
  return state_->busy;
}

}  // namespace sms_notifier::http
