//! Usage plans, their keys, and how often those were used.

mod create_usage_plan;
mod create_usage_plan_key;
mod delete_usage_plan;
mod delete_usage_plan_key;
mod get_usage;
mod get_usage_plan;
mod get_usage_plan_key;
mod get_usage_plan_keys;
mod get_usage_plans;
mod rules;
mod update_stage_throttle;
mod update_usage;
mod update_usage_plan;

use http::Method;

use crate::control::routing::{Route, Work};
pub(super) use rules::add_key;

pub(crate) const ROUTES: &[Route] = &[
    route(
        "CreateUsagePlan",
        Method::POST,
        "/usageplans",
        201,
        Work::Edit(create_usage_plan::create_usage_plan),
    ),
    route("GetUsagePlans", Method::GET, "/usageplans", 200, Work::Read(get_usage_plans::get_usage_plans)),
    route("GetUsagePlan", Method::GET, PLAN, 200, Work::Read(get_usage_plan::get_usage_plan)),
    route("UpdateUsagePlan", Method::PATCH, PLAN, 200, Work::Edit(update_usage_plan::update_usage_plan)),
    route("DeleteUsagePlan", Method::DELETE, PLAN, 202, Work::Edit(delete_usage_plan::delete_usage_plan)),
    route(
        "CreateUsagePlanKey",
        Method::POST,
        KEYS,
        201,
        Work::Edit(create_usage_plan_key::create_usage_plan_key),
    ),
    route("GetUsagePlanKeys", Method::GET, KEYS, 200, Work::Read(get_usage_plan_keys::get_usage_plan_keys)),
    route("GetUsagePlanKey", Method::GET, KEY, 200, Work::Read(get_usage_plan_key::get_usage_plan_key)),
    route(
        "DeleteUsagePlanKey",
        Method::DELETE,
        KEY,
        202,
        Work::Edit(delete_usage_plan_key::delete_usage_plan_key),
    ),
    route("GetUsage", Method::GET, "/usageplans/{usageplanId}/usage", 200, Work::Read(get_usage::get_usage)),
    route(
        "UpdateUsage",
        Method::PATCH,
        "/usageplans/{usageplanId}/keys/{keyId}/usage",
        200,
        Work::Edit(update_usage::update_usage),
    ),
];

const PLAN: &str = "/usageplans/{usageplanId}";
const KEYS: &str = "/usageplans/{usageplanId}/keys";
const KEY: &str = "/usageplans/{usageplanId}/keys/{keyId}";

const fn route(operation: &'static str, verb: Method, path: &'static str, status: u16, work: Work) -> Route {
    Route { operation, verb, path, status, work }
}
