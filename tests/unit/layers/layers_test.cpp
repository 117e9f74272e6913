// Who may include whom. The drawing in docs/architecture.md, held against the sources.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace {

namespace fs = std::filesystem;
using Names = std::set<std::string>;

/// Folder of src/ -> folders whose headers it may include, besides its own.
const std::map<std::string, Names> allowed_layers{
    {"base", {}},
    {"domain", {"base"}},
    {"app", {"domain", "base"}},
    {"platform", {"app", "domain", "base"}},
    {"http", {"base"}},
    {"voipms", {"app", "domain", "base", "http"}},
    {"storage", {"app", "domain", "base"}},
    {"telemetry", {"app", "domain", "base"}},
    {"web", {"app", "domain", "base", "http"}},
    {"server",
     {"app", "domain", "base", "platform", "http", "voipms", "storage", "telemetry", "web", "simulator"}},
};

/// Sub-folder -> sub-folders of the same layer that it may include, besides its own. The empty name is the
/// layer's folder itself.
const std::map<std::string, std::map<std::string, Names>> allowed_rooms{
    {"app",
     {{"", {"ports", "watch", "health"}},  // what the tasks of an engine share holds roster and health
      {"ports", {}},
      {"health", {"", "ports", "profiles"}},
      {"watch", {"", "ports", "texts", "health"}},
      {"texts", {"", "ports", "health"}},
      {"profiles", {"", "ports"}},
      {"people", {"", "ports"}},
      {"upkeep", {"", "ports"}}}},
    {"storage", {{"", {}}, {"sql", {""}}, {"sqlite", {"", "sql"}}}},
    {"web",
     {{"site", {"pages", "api", "view"}},  // the route table names them
      {"pages", {"site", "view"}},
      {"api", {"site", "pages", "view"}},
      {"view", {}}}},
};

/// Headers of the system, beside those of C and C++.
const std::vector<std::string> system_headers{"arpa/", "fcntl.h", "netinet/",  "poll.h",  "pthread.h",
                                              "pwd.h", "sys/",    "termios.h", "unistd.h"};

/// Third-party headers by the start of their path -> folders that may include them. `boost/asio` in app/ is
/// the task alias of base/ only, and so not listed there.
const std::map<std::string, Names> allowed_libraries{
    {"boost/asio", {"base", "platform", "http", "storage", "server"}},
    {"boost/beast", {"http"}},
    {"boost/json", {"storage", "telemetry", "web", "server"}},
    {"curl/", {"http"}},
    {"openssl/", {"http", "platform"}},
    {"zlib", {"http"}},
    {"simdjson", {"voipms"}},
    {"soci/", {"storage"}},
    {"absl/", {"app", "platform", "voipms"}},
    {"sodium", {"platform"}},
    {"prometheus/", {"telemetry"}},
    {"fmt/", {"telemetry", "web", "server"}},
    {"ctemplate/", {"web"}},
    {"toml++/", {"server"}},
    {"CLI/", {"server"}},
};

/// Those of them that a header may show to other layers.
const std::map<std::string, Names> libraries_in_headers{
    {"boost/asio", {"base", "storage", "server"}},
    {"boost/json", {"web"}},
    {"soci/", {"storage"}},
};

struct Include {
  std::string file;
  std::string layer;
  std::string path;
  bool quoted;
};

std::vector<Include> includes_of_src() {
  const std::regex pattern(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
  const fs::path root = fs::path(SOURCE_ROOT) / "src";
  std::vector<Include> found;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const fs::path& path = entry.path();
    if (path.extension() != ".h" && path.extension() != ".cpp") continue;
    const fs::path relative = fs::relative(path, root);
    std::ifstream stream(path);
    for (std::string line; std::getline(stream, line);) {
      std::smatch match;
      if (std::regex_search(line, match, pattern))
        found.push_back({relative.string(), relative.begin()->string(), match[2], match[1] == "\""});
    }
  }
  return found;
}

TEST(Layers, IncludeOnlyWhatTheDesignAllows) {
  const auto includes = includes_of_src();
  ASSERT_GT(includes.size(), 100U);
  for (const Include& include : includes) {
    if (!include.quoted) continue;
    ASSERT_TRUE(allowed_layers.contains(include.layer)) << include.file << ": no such layer";
    const std::string target = include.path.substr(0, include.path.find('/'));
    const bool allowed = target == include.layer || allowed_layers.at(include.layer).contains(target);
    EXPECT_TRUE(allowed) << include.file << " includes " << include.path;
  }
}

/// The sub-folder of a path below its layer's folder; empty for a file of the folder itself.
std::string room_of(const std::string& path) {
  const auto begin = path.find('/') + 1;
  const auto end = path.find('/', begin);
  return end == std::string::npos ? std::string() : path.substr(begin, end - begin);
}

TEST(Layers, KeepTheirRoomsInOrder) {
  for (const Include& include : includes_of_src()) {
    const auto rooms = allowed_rooms.find(include.layer);
    const bool of_layer = include.quoted && include.path.starts_with(include.layer + "/");
    if (rooms == allowed_rooms.end() || !of_layer) continue;
    const std::string room = room_of(include.file);
    const std::string target = room_of(include.path);
    ASSERT_TRUE(rooms->second.contains(room)) << include.file << ": no such room";
    const bool allowed = target == room || rooms->second.at(room).contains(target);
    EXPECT_TRUE(allowed) << include.file << " includes " << include.path;
  }
}

bool starts_with_one_of(const std::string& path, const std::vector<std::string>& starts) {
  return std::any_of(starts.begin(), starts.end(),
                     [&](const std::string& start) { return path.starts_with(start); });
}

bool is_third_party(const Include& include) {
  const bool standard = include.path.find_first_of("./") == std::string::npos;
  return !include.quoted && !standard && !starts_with_one_of(include.path, system_headers);
}

/// Nothing when the library is in no list.
std::optional<bool> allows(const std::map<std::string, Names>& libraries, const Include& include) {
  const auto library = std::find_if(libraries.begin(), libraries.end(),
                                    [&](const auto& entry) { return include.path.starts_with(entry.first); });
  if (library == libraries.end()) return std::nullopt;
  return library->second.contains(include.layer);
}

TEST(Layers, UseALibraryOnlyWhereItBelongs) {
  for (const Include& include : includes_of_src()) {
    if (!is_third_party(include)) continue;
    const std::optional<bool> allowed = allows(allowed_libraries, include);
    ASSERT_TRUE(allowed) << include.file << " includes <" << include.path << ">, which no folder is allowed";
    EXPECT_TRUE(*allowed) << include.file << " includes <" << include.path << ">";
  }
}

/// The headers that other layers include, with those that they include in turn.
std::set<std::string> headers_seen_from_elsewhere(const std::vector<Include>& includes) {
  std::multimap<std::string, std::string> included;
  std::vector<std::string> to_follow;
  for (const Include& include : includes) {
    if (!include.quoted) continue;
    included.emplace(include.file, include.path);
    if (!include.path.starts_with(include.layer + "/")) to_follow.push_back(include.path);
  }
  std::set<std::string> seen;
  while (!to_follow.empty()) {
    const std::string header = to_follow.back();
    to_follow.pop_back();
    if (!seen.insert(header).second) continue;
    const auto [first, last] = included.equal_range(header);
    for (auto next = first; next != last; ++next) to_follow.push_back(next->second);
  }
  return seen;
}

TEST(Layers, KeepTheirLibrariesOutOfTheHeadersThatOthersInclude) {
  const std::vector<Include> includes = includes_of_src();
  const std::set<std::string> seen = headers_seen_from_elsewhere(includes);
  ASSERT_GT(seen.size(), 50U);
  for (const Include& include : includes) {
    if (!is_third_party(include) || !seen.contains(include.file)) continue;
    EXPECT_TRUE(allows(libraries_in_headers, include).value_or(false))
        << include.file << " shows <" << include.path << "> to other layers";
  }
}

TEST(Layers, HeadersStartWithPragmaOnce) {
  for (const auto& entry : fs::recursive_directory_iterator(fs::path(SOURCE_ROOT) / "src")) {
    if (entry.path().extension() != ".h") continue;
    std::ifstream stream(entry.path());
    std::string first;
    std::getline(stream, first);
    EXPECT_EQ(first, "#pragma once") << entry.path();
  }
}

/// Folders of tests/unit/ that are about no folder of src/.
const Names other_suites{"docs", "layers", "simulator"};

TEST(Layers, HaveTheirTestsInFoldersOfTheSameNames) {
  const fs::path root(SOURCE_ROOT);
  std::size_t tests = 0;
  for (const auto& entry : fs::recursive_directory_iterator(root / "tests" / "unit")) {
    const std::string name = entry.path().filename().string();
    const std::string folder = fs::relative(entry.path().parent_path(), root / "tests" / "unit").string();
    if (!name.ends_with("_test.cpp") || other_suites.contains(folder)) continue;
    ++tests;
    EXPECT_TRUE(fs::is_directory(root / "src" / folder))
        << "tests/unit/" << folder << "/" << name << " is about no folder of src/";
    const std::string source = name.substr(0, name.size() - std::string_view("_test.cpp").size()) + ".cpp";
    for (const auto& other :
         fs::recursive_directory_iterator(root / "src" / folder.substr(0, folder.find('/')))) {
      if (other.path().filename() != source) continue;
      EXPECT_EQ(fs::relative(other.path().parent_path(), root / "src").string(), folder)
          << "tests/unit/" << folder << "/" << name << " stands elsewhere than what it tests";
    }
  }
  EXPECT_GT(tests, 30U);
}

}  // namespace
