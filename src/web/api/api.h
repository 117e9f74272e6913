#pragma once

#include "web/pages/pages.h"

/// The JSON API under /api/v1, described in web/openapi/openapi.json.
namespace sms_notifier::web::api {

Reply list_profiles(Context& context, Visit& visit);
Reply add_profile(Context& context, Visit& visit);
Reply show_profile(Context& context, Visit& visit);
Reply edit_profile(Context& context, Visit& visit);
Reply delete_profile(Context& context, Visit& visit);
Reply run_profile(Context& context, Visit& visit);
Reply stop_profile(Context& context, Visit& visit);
Reply check_account(Context& context, Visit& visit);
Reply list_calls(Context& context, Visit& visit);
Reply order_text(Context& context, Visit& visit);
Reply list_log(Context& context, Visit& visit);
Reply list_users(Context& context, Visit& visit);
Reply openapi(Context& context, Visit& visit);

}  // namespace sms_notifier::web::api
