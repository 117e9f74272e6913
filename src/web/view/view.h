#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "web/view/words.h"

namespace ctemplate {
class TemplateDictionary;
}

namespace sms_notifier::web {

/// Values for a template or for one of its sections. Everything is escaped where the template puts it, unless
/// it says `:none` there: only for HTML that this program made itself. Belongs to its Page.
class Values {
 public:
  explicit Values(ctemplate::TemplateDictionary& dictionary) : dictionary_(dictionary) {}

  void set(std::string_view name, std::string_view value);
  void set(std::string_view name, std::int64_t value);
  /// Shows a section that has no values of its own.
  void show(std::string_view section);
  void show_if(bool condition, std::string_view section) {
    if (condition) show(section);
  }
  /// One more of a section.
  Values add(std::string_view section);

 private:
  ctemplate::TemplateDictionary& dictionary_;
};

/// A template of `web/templates` with its values, on its way to becoming HTML. Not thread-safe; pages belong
/// to the web loop.
class Page {
 public:
  /// `name` is the file's, without `.html`; the layout goes around it.
  Page(Language language, std::string_view name);
  ~Page();
  Page(Page&&) noexcept;

  Values body();    ///< of the template
  Values layout();  ///< of what goes around it
  std::string html() const;

 private:
  std::unique_ptr<ctemplate::TemplateDictionary> root_;
  ctemplate::TemplateDictionary* body_;
  Language language_;
};

/// Reads all templates in all languages. Throws std::runtime_error naming a template that cannot be read.
void load_templates();

}  // namespace sms_notifier::web
