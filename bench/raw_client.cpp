#include "raw_client.h"

#include <array>
#include <stdexcept>
#include <sys/epoll.h>
#include <unistd.h>
#include <vector>

#include <curl/curl.h>

namespace sms_notifier::bench {
namespace {

constexpr std::string_view boundary = "------------------------0123456789abcdef";

std::string as_form(const voipms::Fields& fields) {
  std::string form;
  for (const auto& [name, value] : fields) {
    form += "--" + std::string(boundary) + "\r\nContent-Disposition: form-data; name=\"" + name +
            "\"\r\n\r\n" + std::string(value.reveal()) + "\r\n";
  }
  return form + "--" + std::string(boundary) + "--\r\n";
}

struct Transfer {
  CURL* easy = curl_easy_init();
  std::string body;

  static std::size_t take(char* data, std::size_t, std::size_t bytes, void* transfer) {
    static_cast<Transfer*>(transfer)->body.append(data, bytes);
    return bytes;
  }
};

}  // namespace

struct RawClient::State {
  CURLM* multi = curl_multi_init();
  curl_slist* headers = nullptr;
  std::string form;
  std::vector<std::unique_ptr<Transfer>> transfers;
  int epoll = ::epoll_create1(EPOLL_CLOEXEC);
  long timeout_ms = -1;
  const Transfer* last = nullptr;

  static int watch_socket(CURL*, curl_socket_t socket, int what, void* self, void* known) {
    State& state = *static_cast<State*>(self);
    if (what == CURL_POLL_REMOVE) {
      ::epoll_ctl(state.epoll, EPOLL_CTL_DEL, socket, nullptr);
      return 0;
    }
    epoll_event event{};
    event.events = ((what & CURL_POLL_IN) ? EPOLLIN : 0U) | ((what & CURL_POLL_OUT) ? EPOLLOUT : 0U);
    event.data.fd = socket;
    ::epoll_ctl(state.epoll, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, socket, &event);
    curl_multi_assign(state.multi, socket, &state);
    return 0;
  }

  static int set_timer(CURLM*, long timeout_ms, void* self) {
    static_cast<State*>(self)->timeout_ms = timeout_ms;
    return 0;
  }
};

RawClient::RawClient(const std::string& url, const std::string& ca_file, const voipms::Fields& fields,
                     int parallel)
    : state_(std::make_unique<State>()) {
  State& state = *state_;
  state.form = as_form(fields);
  state.headers = curl_slist_append(nullptr, "Expect:");
  const std::string type = "Content-Type: multipart/form-data; boundary=" + std::string(boundary);
  state.headers = curl_slist_append(state.headers, type.c_str());
  curl_multi_setopt(state.multi, CURLMOPT_SOCKETFUNCTION, &State::watch_socket);
  curl_multi_setopt(state.multi, CURLMOPT_SOCKETDATA, &state);
  curl_multi_setopt(state.multi, CURLMOPT_TIMERFUNCTION, &State::set_timer);
  curl_multi_setopt(state.multi, CURLMOPT_TIMERDATA, &state);
  curl_multi_setopt(state.multi, CURLMOPT_MAXCONNECTS, static_cast<long>(parallel));
  for (int i = 0; i < parallel; ++i) {
    auto transfer = std::make_unique<Transfer>();
    CURL* easy = transfer->easy;
    curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer.get());
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file.c_str());
    curl_easy_setopt(easy, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "bench");
    curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip, deflate");
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, 90'000L);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, state.headers);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(state.form.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, state.form.c_str());
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::take);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer.get());
    state.transfers.push_back(std::move(transfer));
  }
}

RawClient::~RawClient() {
  for (const auto& transfer : state_->transfers) curl_easy_cleanup(transfer->easy);
  curl_multi_cleanup(state_->multi);
  curl_slist_free_all(state_->headers);
  ::close(state_->epoll);
}

void RawClient::fetch(long answers) {
  State& state = *state_;
  long to_start = answers;
  long done = 0;
  const auto start = [&](Transfer& transfer) {
    --to_start;
    transfer.body.clear();
    curl_multi_add_handle(state.multi, transfer.easy);
  };
  for (const auto& transfer : state.transfers)
    if (to_start > 0) start(*transfer);

  std::array<epoll_event, 64> events{};
  int running = 0;
  while (done < answers) {
    const int ready = ::epoll_wait(state.epoll, events.data(), static_cast<int>(events.size()),
                                   static_cast<int>(state.timeout_ms));
    if (ready == 0 || state.timeout_ms == 0) {
      state.timeout_ms = -1;
      curl_multi_socket_action(state.multi, CURL_SOCKET_TIMEOUT, 0, &running);
    }
    for (int i = 0; i < ready; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      const int mask = ((event.events & EPOLLIN) ? CURL_CSELECT_IN : 0) |
                       ((event.events & EPOLLOUT) ? CURL_CSELECT_OUT : 0);
      curl_multi_socket_action(state.multi, event.data.fd, mask ? mask : CURL_CSELECT_ERR, &running);
    }
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(state.multi, &left)) {
      const CURLcode result = message->data.result;
      CURL* easy = message->easy_handle;
      Transfer* transfer = nullptr;
      long status = 0;
      curl_easy_getinfo(easy, CURLINFO_PRIVATE, &transfer);
      curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
      curl_multi_remove_handle(state.multi, easy);
      if (result != CURLE_OK) throw std::runtime_error(curl_easy_strerror(result));
      if (status != 200) throw std::runtime_error("HTTP " + std::to_string(status));
      state.last = transfer;
      ++done;
      if (to_start > 0) start(*transfer);
    }
  }
}

const std::string& RawClient::body() const {
  return state_->last->body;
}

}  // namespace sms_notifier::bench
