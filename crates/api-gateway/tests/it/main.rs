//! The API Gateway service from outside: definitions in, requests in, texts out. The backend is a scripted hop.

mod aws_iam;
mod backend;
mod bad_input;
mod control_definitions;
mod control_model;
mod control_nouns;
mod control_scene;
mod control_service;
mod control_state;
mod definition_fuzz;
mod execution_logs;
mod foreign_definitions;
mod http_integrations;
mod import;
mod import_nouns;
mod kinesis_proxy;
mod network;
mod payloads;
mod persistence;
mod pinterest;
mod recorded_control;
mod recorded_rendering;
mod recorded_requests;
mod rendering;
mod template_check;
mod usage_plans;
