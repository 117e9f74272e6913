#pragma once

#include "web/pages/pages.h"

/// The JSON API under /api/v1, described in web/openapi/openapi.json.
namespace sms_notifier::web::api {

ResponseTask list_profiles(SiteState& site, Visit& visit);
ResponseTask add_profile(SiteState& site, Visit& visit);
ResponseTask show_profile(SiteState& site, Visit& visit);
ResponseTask edit_profile(SiteState& site, Visit& visit);
ResponseTask delete_profile(SiteState& site, Visit& visit);
ResponseTask run_profile(SiteState& site, Visit& visit);
ResponseTask stop_profile(SiteState& site, Visit& visit);
ResponseTask check_account(SiteState& site, Visit& visit);
ResponseTask list_calls(SiteState& site, Visit& visit);
ResponseTask order_text(SiteState& site, Visit& visit);
ResponseTask list_log(SiteState& site, Visit& visit);
ResponseTask list_users(SiteState& site, Visit& visit);
ResponseTask openapi(SiteState& site, Visit& visit);

}  // namespace sms_notifier::web::api
