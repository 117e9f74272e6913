// Who may include whom. The drawing in docs/architecture.md, held against the sources.

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
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

/// Third-party headers by the start of their path -> folders that may include them. `boost/asio` in app/ is
/// the task alias of base/ only, and so not listed there.
const std::map<std::string, Names> allowed_libraries{
    {"boost/asio", {"base", "platform", "http", "storage", "server"}},
    {"boost/beast", {"http"}},
    {"boost/json", {"telemetry", "web", "server"}},
    {"curl/", {"http"}},
    {"openssl/", {"http", "platform"}},
    {"zlib", {"http"}},
    {"simdjson", {"voipms"}},
    {"soci/", {"storage"}},
    {"absl/", {"app", "platform"}},
    {"sodium", {"platform"}},
    {"prometheus/", {"telemetry"}},
    {"fmt/", {"telemetry", "web", "server"}},
    {"ctemplate/", {"web"}},
    {"toml++/", {"server"}},
    {"CLI/", {"server"}},
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

TEST(Layers, UseALibraryOnlyWhereItBelongs) {
  for (const Include& include : includes_of_src()) {
    if (include.quoted) continue;
    for (const auto& [prefix, layers] : allowed_libraries) {
      if (!include.path.starts_with(prefix)) continue;
      EXPECT_TRUE(layers.contains(include.layer)) << include.file << " includes <" << include.path << ">";
    }
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

}  // namespace
