//! Tags of APIs, stages, API keys and usage plans.
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-tagging.html>
//!
//! What must stay true: tags that begin with `aws:` belong to AWS.

mod get_tags;
mod resource_arn;
mod tag_resource;
mod untag_resource;

use http::Method;

use crate::control::routing::{Route, Work};

pub(crate) const ROUTES: &[Route] = &[
    Route {
        operation: "GetTags",
        verb: Method::GET,
        path: "/tags/{resource_arn}",
        status: 200,
        work: Work::Read(get_tags::get_tags),
    },
    Route {
        operation: "TagResource",
        verb: Method::PUT,
        path: "/tags/{resource_arn}",
        status: 204,
        work: Work::Edit(tag_resource::tag_resource),
    },
    Route {
        operation: "UntagResource",
        verb: Method::DELETE,
        path: "/tags/{resource_arn}",
        status: 204,
        work: Work::Edit(untag_resource::untag_resource),
    },
];
