#pragma once

#include "web/site/context.h"

/// What answers each route (route.h). Each takes a visit that the gates have let in.
namespace sms_notifier::web {

using Reply = base::task<http::Response>;

// Getting in and out.
Reply show_login(Context& context, Visit& visit);
Reply log_in(Context& context, Visit& visit);
Reply log_out(Context& context, Visit& visit);
Reply show_setup(Context& context, Visit& visit);
Reply set_up(Context& context, Visit& visit);

// Profiles.
Reply show_dashboard(Context& context, Visit& visit);
Reply show_create(Context& context, Visit& visit);
Reply create(Context& context, Visit& visit);
Reply show_edit(Context& context, Visit& visit);
Reply edit(Context& context, Visit& visit);
Reply show_delete(Context& context, Visit& visit);
Reply delete_profile(Context& context, Visit& visit);
Reply run_or_stop(Context& context, Visit& visit);
Reply send_test_text(Context& context, Visit& visit);

// What happened.
Reply show_calls(Context& context, Visit& visit);
Reply show_order(Context& context, Visit& visit);
Reply order_text(Context& context, Visit& visit);
Reply export_calls(Context& context, Visit& visit);
Reply show_log(Context& context, Visit& visit);
Reply add_to_log(Context& context, Visit& visit);
Reply export_log(Context& context, Visit& visit);
Reply show_audit(Context& context, Visit& visit);

// People.
Reply show_users(Context& context, Visit& visit);
Reply add_user(Context& context, Visit& visit);
Reply change_password(Context& context, Visit& visit);
Reply remove_user(Context& context, Visit& visit);
Reply end_session(Context& context, Visit& visit);
Reply add_token(Context& context, Visit& visit);
Reply remove_token(Context& context, Visit& visit);

// For machines.
Reply live_updates(Context& context, Visit& visit);
Reply asset(Context& context, Visit& visit);
Reply healthz(Context& context, Visit& visit);
Reply metrics(Context& context, Visit& visit);
Reply readyz(Context& context, Visit& visit);

}  // namespace sms_notifier::web
