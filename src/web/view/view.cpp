#include "web/view/view.h"

#include <ctemplate/template.h>
#include <stdexcept>

#include "web/view/embedded.h"

namespace sms_notifier::web {
namespace {

constexpr std::string_view folder = "templates/";
constexpr std::string_view suffix = ".html";
/// Without it ctemplate would escape nothing.
constexpr std::string_view escaping = "{{%AUTOESCAPE context=\"HTML\"}}";

/// The key of a template in ctemplate's cache. It ends in the file's suffix, which ctemplate looks at.
std::string key_of(Language language, std::string_view name) {
  return std::string(code_of(language)) + "/" + std::string(name) + std::string(suffix);
}

ctemplate::TemplateString view_of(std::string_view text) {
  return {text.data(), text.size()};
}

}  // namespace

void Values::set(std::string_view name, std::string_view value) {
  dictionary_.SetValue(view_of(name), view_of(value));
}

void Values::set(std::string_view name, std::int64_t value) {
  set(name, std::to_string(value));
}

void Values::show(std::string_view section) {
  dictionary_.ShowSection(view_of(section));
}

Values Values::add(std::string_view section) {
  return Values(*dictionary_.AddSectionDictionary(view_of(section)));
}

Page::Page(Language language, std::string_view name)
    : root_(std::make_unique<ctemplate::TemplateDictionary>("page")), language_(language) {
  body_ = root_->AddIncludeDictionary("BODY");
  body_->SetFilename(key_of(language, name));
}

Page::~Page() = default;
Page::Page(Page&&) noexcept = default;

Values Page::body() {
  return Values(*body_);
}

Values Page::layout() {
  return Values(*root_);
}

std::string Page::html() const {
  std::string html;
  if (!ctemplate::ExpandTemplate(key_of(language_, "layout"), ctemplate::DO_NOT_STRIP, root_.get(), &html))
    throw std::runtime_error("a template is missing or broken");
  return html;
}

void load_templates() {
  for (const EmbeddedFile& file : embedded_files()) {
    if (!file.path.starts_with(folder)) continue;
    if (!file.content.starts_with(escaping))
      throw std::runtime_error("the template " + std::string(file.path) + " does not begin with " +
                               std::string(escaping));
    const std::string_view name =
        file.path.substr(folder.size(), file.path.size() - folder.size() - suffix.size());
    for (const Language language : languages) {
      const std::string key = key_of(language, name);
      const std::string text = words_of(language).fill_in(file.content);
      ctemplate::mutable_default_template_cache()->Delete(key);
      if (!ctemplate::StringToTemplateCache(key, text.data(), text.size(), ctemplate::DO_NOT_STRIP))
        throw std::runtime_error("the template " + std::string(file.path) + " cannot be read");
    }
  }
}

}  // namespace sms_notifier::web
