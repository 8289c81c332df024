//! The lakehouse from outside: whole pipelines, the tables they leave, the queries over them, the credentials table.

mod access_keys;
mod decoding;
mod pipelines;
mod queries;
mod records;
mod scripted_kinesis;
