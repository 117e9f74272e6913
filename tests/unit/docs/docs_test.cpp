// The repository stands on its own: what its texts name is in it, and under the heading that they quote.

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace {

namespace fs = std::filesystem;

const fs::path root = SOURCE_ROOT;

std::string contents(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

struct TextFile {
  fs::path path;  ///< below the root
  std::string text;
};

/// What is not written by people: built, downloaded, or inputs that a fuzzer found.
bool is_passed_over(const fs::directory_entry& entry) {
  const std::string name = entry.path().filename();
  if (entry.is_directory()) {
    static const std::set<std::string> folders{"build", "node_modules", "corpus", "images"};
    return folders.contains(name) || (name.starts_with('.') && name != ".github");
  }
  return name == "package-lock.json" || name == ".git";
}

const std::vector<TextFile>& texts_of_the_repository() {
  static const std::vector<TextFile> texts = [] {
    std::vector<TextFile> found;
    for (auto entry = fs::recursive_directory_iterator(root); entry != fs::recursive_directory_iterator();
         ++entry) {
      if (is_passed_over(*entry)) {
        entry.disable_recursion_pending();
        continue;
      }
      if (!entry->is_regular_file()) continue;
      std::string text = contents(entry->path());
      if (text.find('\0') != std::string::npos) continue;
      found.push_back({fs::relative(entry->path(), root), std::move(text)});
    }
    return found;
  }();
  return texts;
}

/// Line breaks, and what a comment's next line begins with, folded into one space.
std::string one_line(std::string_view text) {
  std::string folded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\n') {
      folded += text[i];
      continue;
    }
    while (i + 1 < text.size() && std::string_view(" \t/<#*").find(text[i + 1]) != std::string_view::npos)
      ++i;
    folded += ' ';
  }
  return folded;
}

/// A heading as links write it: `Row fields` is `row-fields`.
std::string anchor_of(std::string_view heading) {
  std::string anchor;
  for (const char c : heading) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_')
      anchor += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    else if (c == ' ')
      anchor += '-';
  }
  return anchor;
}

std::set<std::string> anchors_in(const fs::path& document) {
  std::set<std::string> anchors;
  std::istringstream lines(contents(document));
  bool in_code = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("```")) in_code = !in_code;
    if (!in_code && line.starts_with('#'))
      anchors.insert(anchor_of(line.substr(std::min(line.size(), line.find(' ') + 1))));
  }
  return anchors;
}

struct Mention {
  std::string document;  ///< as written
  std::string anchor;    ///< of the heading that is quoted or linked to; may be empty
};

/// Documents named in a text: alone, with `#heading` for a link, or with `, "Heading"`.
std::vector<Mention> mentions_in(const std::string& written) {
  constexpr std::string_view ending = ".md";
  const std::string text = one_line(written);
  std::vector<Mention> mentions;
  for (std::size_t at = text.find(ending); at != std::string::npos; at = text.find(ending, at + 1)) {
    const auto belongs = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
             std::string_view("_-./").find(c) != std::string_view::npos;
    };
    const std::size_t end = at + ending.size();
    if (end < text.size() && (std::isalnum(static_cast<unsigned char>(text[end])) != 0 || text[end] == '_'))
      continue;
    std::size_t begin = at;
    while (begin > 0 && belongs(text[begin - 1])) --begin;
    if (begin == at || text[at - 1] == '/') continue;  // `*.md`
    Mention mention{text.substr(begin, end - begin), {}};
    const std::string_view rest = std::string_view(text).substr(end);
    constexpr std::string_view quote = ", \"";
    if (rest.starts_with('#'))
      mention.anchor = std::string(rest.substr(1, rest.find_first_of(") \"`", 1) - 1));
    else if (rest.starts_with(quote))
      mention.anchor = anchor_of(rest.substr(quote.size(), rest.find('"', quote.size()) - quote.size()));
    mentions.push_back(std::move(mention));
  }
  return mentions;
}

/// Where a document is that a file names: beside it, from the root, or in docs/.
fs::path found(const std::string& document, const fs::path& named_in) {
  for (const fs::path& folder : {root / named_in.parent_path(), root, root / "docs"}) {
    if (fs::exists(folder / document)) return folder / document;
  }
  return {};
}

TEST(Documents, ThatAreNamedAreInTheRepositoryUnderTheirHeading) {
  ASSERT_GT(texts_of_the_repository().size(), 200U);
  std::size_t with_heading = 0;
  for (const TextFile& file : texts_of_the_repository()) {
    for (const Mention& mention : mentions_in(file.text)) {
      const fs::path document = found(mention.document, file.path);
      if (document.empty()) {
        ADD_FAILURE() << file.path << " names " << mention.document << ", which is not there";
        continue;
      }
      if (mention.anchor.empty()) continue;
      ++with_heading;
      EXPECT_TRUE(anchors_in(document).contains(mention.anchor))
          << file.path << ": " << mention.document << " has no heading " << mention.anchor;
    }
  }
  EXPECT_GT(with_heading, 20U);
}

TEST(Documents, LinkToHeadingsOfTheirOwn) {
  const std::regex link(R"(\]\(#([^)]+)\))");
  for (const TextFile& file : texts_of_the_repository()) {
    if (file.path.extension() != ".md") continue;
    const std::set<std::string> anchors = anchors_in(root / file.path);
    for (auto match = std::sregex_iterator(file.text.begin(), file.text.end(), link);
         match != std::sregex_iterator(); ++match)
      EXPECT_TRUE(anchors.contains((*match)[1])) << file.path << " has no heading " << (*match)[1];
  }
}

/// By number, as papers outside of the repository are cited: their headings are not ours to hold.
TEST(Texts, CiteNoPaperOutsideOfTheRepository) {
  const std::regex citation(
      R"(\b(reliability|design|security|style|api) [0-9]|\bsections? [0-9]|\binvariants? [A-Z][0-9])"
      R"(|\b[SLP][0-9]{1,2}(:|, [SLP][0-9]|\))|\.\./shared\b)");
  for (const TextFile& file : texts_of_the_repository()) {
    std::istringstream lines(file.text);
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
      ++number;
      if (line.size() > 1000) continue;  // data
      EXPECT_FALSE(std::regex_search(line, citation)) << file.path << ':' << number << ": " << line;
    }
  }
}

}  // namespace
