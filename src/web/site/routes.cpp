#include "web/api/api.h"
#include "web/pages/pages.h"
#include "web/site/route.h"

namespace sms_notifier::web {

const std::vector<Route>& routes() {
  using enum Access;
  static const std::vector<Route> all{
      {"GET", "/login", Anybody, show_login},
      {"POST", "/login", Anybody, log_in},
      {"GET", "/logout", Anybody, log_out},
      {"GET", "/setup", Anybody, show_setup},
      {"POST", "/setup", Anybody, set_up},

      {"GET", "/", Person, show_dashboard},
      {"GET", "/create/", Person, show_create},
      {"POST", "/create/", Person, create},
      {"GET", "/edit/<id>", Person, show_edit},
      {"POST", "/edit/<id>", Person, edit},
      {"GET", "/delete/<id>", Person, show_delete},
      {"POST", "/delete/<id>", Person, delete_profile},
      {"POST", "/run_item/<id>", Person, run_or_stop},
      {"POST", "/trust/<id>", Person, let_texts_go},
      {"POST", "/test_text/<id>", Person, send_test_text},

      {"GET", "/calls/", Person, show_calls},
      {"GET", "/calls/export", Person, export_calls},
      {"GET", "/calls/<id>/text", Person, show_order},
      {"POST", "/calls/<id>/text", Person, order_text},
      {"GET", "/log/", Person, show_log},
      {"POST", "/log/", Anybody, add_to_log},
      {"GET", "/export/", Person, export_log},
      {"POST", "/export/", Person, export_log},
      {"GET", "/audit/", Person, show_audit},
      {"GET", "/audit/export", Person, export_audit},

      {"GET", "/users/", Person, show_users},
      {"POST", "/users/add", Person, add_user},
      {"POST", "/users/password", Person, change_password},
      {"POST", "/users/remove", Person, remove_user},
      {"POST", "/sessions/<id>/end", Person, end_session},
      {"POST", "/tokens/add", Person, add_token},
      {"POST", "/tokens/<id>/remove", Person, remove_token},

      {"GET", "/api/v1/openapi.json", Anybody, api::openapi},
      {"GET", "/api/v1/profiles", Program, api::list_profiles},
      {"POST", "/api/v1/profiles", Program, api::add_profile},
      {"GET", "/api/v1/profiles/<id>", Program, api::show_profile},
      {"PUT", "/api/v1/profiles/<id>", Program, api::edit_profile},
      {"DELETE", "/api/v1/profiles/<id>", Program, api::delete_profile},
      {"POST", "/api/v1/profiles/<id>/run", Program, api::run_profile},
      {"POST", "/api/v1/profiles/<id>/stop", Program, api::stop_profile},
      {"POST", "/api/v1/check", Program, api::check_account},
      {"GET", "/api/v1/calls", Program, api::list_calls},
      {"POST", "/api/v1/calls/<id>/text", Program, api::order_text},
      {"GET", "/api/v1/log", Program, api::list_log},
      {"GET", "/api/v1/users", Program, api::list_users},

      {"GET", "/events", Person, live_updates},
      {"GET", "/assets/<hash>/<name>", Anybody, asset},
      {"GET", "/healthz", Anybody, healthz},
      {"GET", "/readyz", Anybody, readyz},
      {"GET", "/metrics", Program, metrics},
  };
  return all;
}

}  // namespace sms_notifier::web
