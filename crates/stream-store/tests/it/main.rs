//! Integration tests of the stream store.
