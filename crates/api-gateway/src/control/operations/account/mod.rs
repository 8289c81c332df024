//! The account's settings.

mod get_account;
mod update_account;

use http::Method;

use crate::control::routing::{Route, Work};

pub(crate) const ROUTES: &[Route] = &[
    Route {
        operation: "GetAccount",
        verb: Method::GET,
        path: "/account",
        status: 200,
        work: Work::Read(get_account::get_account),
    },
    Route {
        operation: "UpdateAccount",
        verb: Method::PATCH,
        path: "/account",
        status: 200,
        work: Work::Edit(update_account::update_account),
    },
];
