#pragma once

#include "web/site/site_state.h"

/// What answers each route (route.h). Each takes a visit that the gates have let in.
namespace sms_notifier::web {

using ResponseTask = base::task<http::Response>;

// Getting in and out.
ResponseTask show_login(SiteState& site, Visit& visit);
ResponseTask log_in(SiteState& site, Visit& visit);
ResponseTask log_out(SiteState& site, Visit& visit);
ResponseTask show_setup(SiteState& site, Visit& visit);
ResponseTask set_up(SiteState& site, Visit& visit);

// Profiles.
ResponseTask show_dashboard(SiteState& site, Visit& visit);
ResponseTask show_create(SiteState& site, Visit& visit);
ResponseTask create(SiteState& site, Visit& visit);
ResponseTask show_edit(SiteState& site, Visit& visit);
ResponseTask edit(SiteState& site, Visit& visit);
ResponseTask show_delete(SiteState& site, Visit& visit);
ResponseTask delete_profile(SiteState& site, Visit& visit);
ResponseTask run_or_stop(SiteState& site, Visit& visit);
ResponseTask let_texts_go(SiteState& site, Visit& visit);
ResponseTask send_test_text(SiteState& site, Visit& visit);

// What happened.
ResponseTask show_calls(SiteState& site, Visit& visit);
ResponseTask show_order(SiteState& site, Visit& visit);
ResponseTask order_text(SiteState& site, Visit& visit);
ResponseTask export_calls(SiteState& site, Visit& visit);
ResponseTask show_log(SiteState& site, Visit& visit);
ResponseTask add_to_log(SiteState& site, Visit& visit);
ResponseTask export_log(SiteState& site, Visit& visit);
ResponseTask show_audit(SiteState& site, Visit& visit);
ResponseTask export_audit(SiteState& site, Visit& visit);

// People.
ResponseTask show_users(SiteState& site, Visit& visit);
ResponseTask add_user(SiteState& site, Visit& visit);
ResponseTask change_password(SiteState& site, Visit& visit);
ResponseTask remove_user(SiteState& site, Visit& visit);
ResponseTask end_session(SiteState& site, Visit& visit);
ResponseTask add_token(SiteState& site, Visit& visit);
ResponseTask remove_token(SiteState& site, Visit& visit);

// For machines.
ResponseTask live_updates(SiteState& site, Visit& visit);
ResponseTask asset(SiteState& site, Visit& visit);
ResponseTask healthz(SiteState& site, Visit& visit);
ResponseTask metrics(SiteState& site, Visit& visit);
ResponseTask readyz(SiteState& site, Visit& visit);

}  // namespace sms_notifier::web
